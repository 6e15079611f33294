#pragma once

namespace fairlead {

/// How calls travel from a client to a service.
enum class RouteChoice {
  /// The shortest way that is open: local, else through NATS.
  kAuto,
  /// Through the broker, to any instance anywhere.
  kNats,
  /// To a service on the same loop, or not at all (UNAVAILABLE).
  kLocal,
};

}  // namespace fairlead
