#pragma once

#include <cstdint>
#include <string>

namespace fairlead::bench {

/// What a client measured.
struct Result {
  double calls_per_second = 0;
  double p50_microseconds = 0;
  double p90_microseconds = 0;  // this, p999 and max: of bare sockets alone
  double p99_microseconds = 0;
  double p999_microseconds = 0;
  double max_microseconds = 0;
  double allocations_per_call = 0;
  double cpu_microseconds = 0;  // that the client's process used for a call
  std::uint64_t failed = 0;
};

/// What a client is to do: keep `in_flight` calls going for `seconds`, after a tenth to warm up.
struct Load {
  std::string host;
  std::uint16_t port = 0;
  int in_flight = 1;
  double seconds = 3;
  std::string ready = "ready";  // what a service says when it can be called
  bool layers = false;          // the client retries, throttles and has breakers
  bool traced = false;          // the client traces its calls as OpenTelemetry's variables say
};

/// Serve until the standard input ends; print `ready` once subscribed.
int serve_with_fairlead(const Load& load, bool blocking);
int serve_with_sockets(const Load& load);

Result call_with_fairlead(const Load& load, bool blocking);
Result call_with_sockets(const Load& load);

/// Heap allocations of this process so far.
std::uint64_t allocations();

}  // namespace fairlead::bench
