#pragma once

#include <absl/status/statusor.h>

#include "fairlead/client_options.hpp"

namespace fairlead::route {

/// The environment variable that says how calls travel of clients whose options do not.
inline constexpr const char* kRouteVariable = "FAIRLEAD_ROUTE";

/// What that variable says; nothing if it is not set, or empty. INVALID_ARGUMENT if it is no route.
absl::StatusOr<std::optional<RouteChoice>> route_of_environment();

/// How the calls of a client with these options travel.
absl::StatusOr<RouteChoice> chosen_route(const ClientOptions& options);

}  // namespace fairlead::route
