#include "fairlead/route_choice.hpp"

namespace fairlead {

std::optional<RouteChoice> parse_route_choice(std::string_view text) {
  if (text == "auto") return RouteChoice::kAuto;
  if (text == "nats") return RouteChoice::kNats;
  if (text == "local") return RouteChoice::kLocal;
  if (text == "direct") return RouteChoice::kDirect;
  return std::nullopt;
}

}  // namespace fairlead
