#pragma once

#include <cstddef>
#include <string_view>

namespace fairlead::rpc {

/// The ways that a call may take, as statistics tell them apart.
enum class RouteKind { kNats, kLocal };

inline constexpr std::size_t kRouteKinds = 2;

/// `nats` or `local`.
constexpr std::string_view route_name(RouteKind kind) {
  return kind == RouteKind::kLocal ? "local" : "nats";
}

}  // namespace fairlead::rpc
