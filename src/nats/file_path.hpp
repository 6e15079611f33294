#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::nats {

/// The path of a file as settings have it: `$NAME` and `${NAME}` stand for environment variables, a
/// `~` before everything for the home folder. INVALID_ARGUMENT naming a variable that is not set.
absl::StatusOr<std::string> expand_path(std::string_view path);

}  // namespace fairlead::nats
