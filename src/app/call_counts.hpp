#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rpc/route_kind.hpp"
#include "telemetry/metric.hpp"

namespace fairlead {

namespace rpc {
struct MethodStats;
}

/// The sizes of the buckets in which the durations of calls are counted, in microseconds.
inline constexpr std::array<std::uint64_t, 16> kDurationBounds = {
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

/// How calls ended and how long they took, on one loop or on several.
struct CallCounts {
  std::array<std::uint64_t, 17> by_code = {};
  std::array<std::uint64_t, kDurationBounds.size()> duration_counts = {};  ///< Up to each bound.
  std::uint64_t duration_count = 0;
  std::chrono::nanoseconds duration_sum{};

  /// Takes over what has been recorded.
  void set_counts(const rpc::MethodStats& stats);
  void add(const CallCounts& other);
  /// Takes away what `part`, which is contained in it, counts.
  void subtract(const CallCounts& part);
};

/// The counts of calls that went one way.
struct RouteCounts {
  telemetry::Labels labels;
  const CallCounts* counts = nullptr;
};

/// The metrics `PREFIX_handled_total` and `PREFIX_handling_seconds`.
void append_call_metrics(std::vector<telemetry::MetricFamily>& families, const std::string& prefix,
                         const std::vector<RouteCounts>& routes, const std::string& handled_help,
                         const std::string& seconds_help);

}  // namespace fairlead
