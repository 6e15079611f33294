#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/call_counts.hpp"
#include "core/loop_core.hpp"
#include "rpc/client_stats.hpp"
#include "telemetry/metric.hpp"

namespace fairlead {

/// What clients have done with a method, on one loop or on several.
struct ClientSnapshot {
  std::string service;
  std::string method;
  std::size_t in_flight = 0;
  std::uint64_t retries = 0;
  std::uint64_t hedges = 0;
  std::uint64_t throttled = 0;
  std::uint64_t broken = 0;
  rpc::BreakerState breaker = rpc::BreakerState::kClosed;  ///< The worst of all loops.
  std::array<std::optional<CallCounts>, rpc::kRouteKinds> by_route;

  void add(const ClientSnapshot& other);
};

/// What all clients of a loop have done. On the loop's thread.
std::vector<ClientSnapshot> read_clients(LoopCore& loop);

/// The metrics of clients, each method once.
void append_client_metrics(std::vector<telemetry::MetricFamily>& families,
                           const std::vector<ClientSnapshot>& methods);

}  // namespace fairlead
