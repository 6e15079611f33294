#pragma once

#include "fairlead/deadline.hpp"
#include "fairlead/throttle_policy.hpp"

#include "core/random.hpp"
#include "core/sliding_window.hpp"

namespace fairlead::layer {

/// Decides which calls are not sent because the service takes too few of them ("Handling Overload",
/// Site Reliability Engineering, chapter 21): with probability
///
///   max(0, (total - 5 - K * accepts) / (total + 1))
///
/// over the calls of the window. The 5 keep a method that is seldom called from being judged by a
/// handful of calls (go-zero). Calls count when they have ended: those under way say nothing yet.
class Throttle {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit Throttle(const ThrottlePolicy& policy)
      : multiplier_(policy.multiplier()), window_(policy.window()) {}

  /// Whether a call is sent. One that is not counts as a call that was not accepted.
  bool admit(TimePoint now, Random& random);

  /// A call that was sent has ended; `accepted`: the service took it, whatever came of it.
  void on_end(bool accepted, TimePoint now);

  /// The share of calls that is not sent now.
  double refusal(TimePoint now);

 private:
  enum Kind { kTotal, kAccepted };
  static constexpr double kProtected = 5;

  double multiplier_;
  SlidingWindow<2> window_;
};

}  // namespace fairlead::layer
