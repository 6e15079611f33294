#pragma once

#include <string>
#include <vector>

#include "cli/screen_size.hpp"
#include "cli/table.hpp"
#include "cli/top_controls.hpp"
#include "cli/top_model.hpp"

namespace fairlead::cli {

/// The table of `fairlead top`. Instances that are gone are dim. The column by which it is sorted
/// has an arrow.
std::string render_top_table(const std::vector<TopRow>& rows, const TopControls& controls,
                             const Style& style);

/// The whole screen, as what a terminal is to be sent: a line of sums, one of keys or, if there is
/// any, of `trouble`, and as much of the table as fits.
std::string render_top_screen(const TopModel& model, TopControls& controls, ScreenSize size,
                              const std::string& trouble, const Style& style);

/// The rows for programs, as a JSON array on one line. What is not known is null.
std::string top_json(const std::vector<TopRow>& rows);

}  // namespace fairlead::cli
