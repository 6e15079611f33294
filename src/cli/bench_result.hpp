#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "cli/call_summary.hpp"
#include "core/histogram.hpp"

namespace fairlead::cli {

/// What a benchmark was.
struct BenchSetup {
  std::string method;
  double rate = 0;  // calls a second; 0: closed loop
  std::uint64_t in_flight = 0;
  std::uint64_t connections = 1;
  std::chrono::nanoseconds warm_up = {};
  bool oneway = false;
};

/// What a benchmark measured, without its warm-up.
struct BenchResult {
  CallSummary calls;
  std::uint64_t in_time = 0;    // calls that also ended within `elapsed`
  std::uint64_t not_sent = 0;   // were due, but never could be made
  Histogram late;               // in an open loop: from when a call was due until it was sent
  std::uint64_t bytes_out = 0;  // on the connections, all of NATS' protocol included
  std::uint64_t bytes_in = 0;
  std::chrono::nanoseconds elapsed = {};
  bool interrupted = false;

  void add(const BenchResult& other);

  double calls_per_second() const;
  bool all_failed() const { return calls.failed() == calls.times().count(); }

  /// For people: lines of names and figures, and what to make of them.
  std::string text(const BenchSetup& setup) const;
  /// One JSON object; times in nanoseconds.
  std::string json(const BenchSetup& setup) const;
};

}  // namespace fairlead::cli
