#include "route/chosen_route.hpp"

#include <cstdlib>

#include "core/strings.hpp"

namespace fairlead::route {

absl::StatusOr<std::optional<RouteChoice>> route_of_environment() {
  const char* const text = std::getenv(kRouteVariable);
  if (!text || !*text) return std::optional<RouteChoice>();
  const auto choice = parse_route_choice(text);
  if (choice) return choice;
  return absl::InvalidArgumentError(
      concat(kRouteVariable, ": \"", escape(text), "\" is not auto, nats, local or direct"));
}

absl::StatusOr<RouteChoice> chosen_route(const ClientOptions& options) {
  if (options.route()) return *options.route();
  const auto choice = route_of_environment();
  if (!choice.ok()) return choice.status();
  return choice->value_or(RouteChoice::kAuto);
}

}  // namespace fairlead::route
