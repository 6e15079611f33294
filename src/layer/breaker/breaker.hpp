#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fairlead/breaker_policy.hpp"
#include "fairlead/deadline.hpp"

#include "core/sliding_window.hpp"

namespace fairlead::layer {

/// What the end of a call says about the health of its service.
enum class Verdict {
  kWell,
  kIll,
  kNone,  ///< It was given up, or never sent.
};

/// A circuit breaker: closed while the calls go well; open, and so refusing all calls, for a time
/// after too many have failed; then half open, when some calls may try and decide which it is.
class Breaker {
 public:
  using TimePoint = Deadline::TimePoint;

  enum class State { kClosed, kOpen, kHalfOpen };

  /// Whether a call may be made. What becomes of it is reported with its permit.
  struct Permit {
    bool granted = false;
    std::uint64_t epoch = 0;  // calls of an earlier one decide nothing any more
  };

  explicit Breaker(const BreakerPolicy& policy);

  Permit ask(TimePoint now);

  /// A call that was permitted has ended; `failure` is its text, if it says that the service is
  /// ill.
  void report(Permit permit, Verdict verdict, std::string_view failure, TimePoint now);

  State state() const { return state_; }

  /// `is open for another 4.2s: 10 of 20 calls in 10s failed, the last with "no instance is up"`.
  std::string describe(TimePoint now);

 private:
  enum Kind { kCalls, kFailures };

  void change(State state);
  void open(std::uint64_t failures, std::uint64_t calls, std::string_view failure, TimePoint now);
  void report_closed(Verdict verdict, std::string_view failure, TimePoint now);
  void report_probe(Verdict verdict, std::string_view failure, TimePoint now);

  BreakerPolicy policy_;
  State state_ = State::kClosed;
  std::uint64_t epoch_ = 0;
  SlidingWindow<2> window_;
  TimePoint open_until_ = {};
  std::string reason_;      // why it opened
  int probes_started_ = 0;  // and not given up
  int probes_well_ = 0;
  int probes_ill_ = 0;
};

}  // namespace fairlead::layer
