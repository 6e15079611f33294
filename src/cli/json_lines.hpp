#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::cli {

/// Reads the argument of a call: JSON as it is, `@file`, or `-` for the standard input.
absl::StatusOr<std::string> read_argument(const std::string& argument);

/// The JSON objects of `text`: one, over as many lines as it likes, or one on each line. Blank
/// lines do not count. INVALID_ARGUMENT naming `source` and the line of what is not JSON.
absl::StatusOr<std::vector<std::string>> split_json(std::string_view text, std::string_view source);

}  // namespace fairlead::cli
