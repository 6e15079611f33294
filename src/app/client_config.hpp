#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "fairlead/client_config.hpp"

namespace fairlead {

/// load_client_options() of the text of a file, which errors call `path`.
absl::StatusOr<ClientOptions> parse_client_options(
    const std::string& text, const std::string& path,
    const MiddlewareRegistry& registry = MiddlewareRegistry());

}  // namespace fairlead
