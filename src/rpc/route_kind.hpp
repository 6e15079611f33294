#pragma once

#include <cstddef>
#include <string_view>

namespace fairlead::rpc {

/// The ways that a call may take, as statistics tell them apart.
enum class RouteKind { kNats, kLocal, kDirect };

inline constexpr std::size_t kRouteKinds = 3;

/// `nats`, `local` or `direct`.
constexpr std::string_view route_name(RouteKind kind) {
  if (kind == RouteKind::kDirect) return "direct";
  return kind == RouteKind::kLocal ? "local" : "nats";
}

}  // namespace fairlead::rpc
