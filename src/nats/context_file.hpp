#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/nats/context.hpp"

namespace fairlead::nats {

/// Reads the text of a context's file as it stands; `path` is what errors call it.
/// INVALID_ARGUMENT with path and place or setting if it is not a context; it never shows a value.
absl::StatusOr<Context> parse_context(std::string_view text, const std::string& path);

/// Puts in place what a context's settings only point to: environment variables, files, base64,
/// paths with `~` and `$NAME`. INVALID_ARGUMENT with path and setting where nothing is found.
absl::Status resolve_context(const std::string& path, Context& context);

}  // namespace fairlead::nats
