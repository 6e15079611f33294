#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "app/settings.hpp"

namespace fairlead {

/// Reads the text of a configuration file, which errors call `path`: YAML, `name: value` lines with
/// the names of the flags. A list is as good as commas. A file with nothing in it sets nothing.
/// INVALID_ARGUMENT with file and line for what is not YAML, unknown names (with the nearest known
/// one), names given twice and values that are not text or numbers. What it says of middlewares is
/// read by parse_service_middlewares().
absl::StatusOr<std::vector<GivenSetting>> parse_config(const std::string& text,
                                                       const std::string& path);

}  // namespace fairlead
