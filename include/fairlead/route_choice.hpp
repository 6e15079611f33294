#pragma once

#include <optional>
#include <string_view>

namespace fairlead {

/// How calls travel from a client to a service.
enum class RouteChoice {
  /// The shortest way that is open: local, else direct, else through NATS. No call waits for a way
  /// to open: until a direct link stands calls go through NATS. docs/routes.md has the details.
  kAuto,
  /// Through the broker, to any instance anywhere.
  kNats,
  /// To a service on the same loop, or not at all (UNAVAILABLE).
  kLocal,
  /// Over a link straight to an instance that takes such links (its `--direct`). The first call
  /// waits for one; without one it ends with UNAVAILABLE. Streams do the same. One-way calls go
  /// through NATS while no link stands.
  kDirect,
};

/// `auto`, `nats`, `local` or `direct`; nothing if `text` is none of them.
std::optional<RouteChoice> parse_route_choice(std::string_view text);

}  // namespace fairlead
