#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fairlead/nats/connection.hpp"

namespace fairlead {

namespace rpc {
class MethodServer;
struct MethodStats;
}  // namespace rpc

/// The sizes of the buckets in which the durations of calls are counted, in microseconds.
inline constexpr std::array<std::uint64_t, 16> kDurationBounds = {
    100,    250,     500,     1'000,   2'500,     5'000,     10'000,    25'000,
    50'000, 100'000, 250'000, 500'000, 1'000'000, 2'500'000, 5'000'000, 10'000'000};

/// What a method has done and does, on one loop or on several.
struct MethodSnapshot {
  std::string service;  ///< `calc.Calc`
  std::string method;   ///< `Average`
  std::array<std::uint64_t, 17> by_code = {};
  std::uint64_t rejected = 0;
  std::array<std::uint64_t, kDurationBounds.size()> duration_counts = {};  ///< Up to each bound.
  std::uint64_t duration_count = 0;
  std::chrono::nanoseconds duration_sum{};
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
};

/// Reads the counts of a method. On the loop's thread.
MethodSnapshot read_method(std::string_view service, const rpc::MethodServer& server);

}  // namespace fairlead
