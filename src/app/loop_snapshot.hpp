#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairlead/nats/connection.hpp"

#include "app/call_counts.hpp"
#include "app/client_snapshot.hpp"
#include "route/direct/listener_counts.hpp"
#include "rpc/route_kind.hpp"
#include "telemetry/metric_series.hpp"

namespace fairlead {

namespace rpc {
class CallServer;
}

/// What a method has done and does, on one loop or on several.
struct MethodSnapshot : CallCounts {
  /// Of the calls among them that came another way than through NATS.
  std::array<std::optional<CallCounts>, rpc::kRouteKinds> by_route;
  std::string service;  ///< `calc.Calc`
  std::string method;   ///< `Average`
  std::uint64_t rejected = 0;
  std::size_t in_flight = 0;
  std::size_t queued = 0;
  std::size_t limit = 0;

  /// Takes over what the method has done.
  void set_counts(const rpc::MethodStats& stats);

  /// Adds what the same method does on another loop.
  void add(const MethodSnapshot& other);
};

/// Where a loop is in its life.
enum class LoopState { kStarting, kServing, kStopping, kEnded };

/// What a loop has done and does, read on its thread.
struct LoopSnapshot {
  LoopState state = LoopState::kStarting;
  bool connected = false;
  nats::Statistics connection;
  std::uint64_t slow_consumers = 0;
  std::vector<MethodSnapshot> methods;
  std::vector<ClientSnapshot> clients;
  std::optional<route::direct::ListenerCounts> direct;  ///< Nothing: it takes no direct links.
  std::vector<telemetry::RecordedMetric> recorded;      ///< Metrics of the user's.
};

/// Reads the counts of a method. On the loop's thread.
MethodSnapshot read_method(std::string_view service, const rpc::CallServer& server);

}  // namespace fairlead
