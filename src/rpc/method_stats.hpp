#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include <absl/status/status.h>

#include "core/histogram.hpp"

namespace fairlead::rpc {

/// What a method has done since it was started, on one loop.
struct MethodStats {
  std::uint64_t requests = 0;
  std::uint64_t errors = 0;
  std::uint64_t rejected = 0;  // of the errors: refused before the handler for lack of room
  std::string last_error;      // `<code>:<message>`, as ADR-32's Go implementation writes it
  std::chrono::nanoseconds processing_time = {};
  Histogram latency;  // nanoseconds from arrival to answer
  std::array<std::uint64_t, 17> by_code = {};

  /// Counts a call that was answered with `status` `taken` after its arrival.
  void record(const absl::Status& status, std::chrono::nanoseconds taken);
};

}  // namespace fairlead::rpc
