#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::cli {

/// Reads the argument of a call: JSON as it is, or `@file`.
absl::StatusOr<std::string> read_argument(const std::string& argument);

/// The JSON values of `text`, as JsonFeed cuts them. INVALID_ARGUMENT naming `source` and the line
/// of what is not JSON, or if there is nothing in it.
absl::StatusOr<std::vector<std::string>> split_json(std::string_view text, std::string_view source);

}  // namespace fairlead::cli
