#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "app/settings.hpp"

namespace fairlead {

/// Reads a configuration file: YAML, `name: value` lines with the names of the flags. A list is as
/// good as commas. A file with nothing in it sets nothing. NOT_FOUND if it cannot be read;
/// INVALID_ARGUMENT with file and line for what is not YAML, unknown names (with the nearest known
/// one), names given twice and values that are not text or numbers.
absl::StatusOr<std::vector<GivenSetting>> read_config_file(const std::string& path);

/// The same of the text of a file, which errors call `path`.
absl::StatusOr<std::vector<GivenSetting>> parse_config(const std::string& text,
                                                       const std::string& path);

}  // namespace fairlead
