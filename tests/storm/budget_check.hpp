#pragma once

#include <deque>

#include "fairlead/deadline.hpp"
#include "fairlead/retry_policy.hpp"

namespace fairlead::testing {

/// Says whether the retries of a client stay within the budget of its policy: over any ten seconds
/// a share of the calls, and some a second. Counts for itself, from the outside.
class BudgetCheck {
 public:
  using TimePoint = Deadline::TimePoint;

  void on_call(TimePoint now) { calls_.push_back(now); }

  /// False if it was one too many.
  bool on_retry(TimePoint now) {
    retries_.push_back(now);
    const RetryPolicy policy;
    // A layer counts by buckets, so a second more of calls may be in its window, and a retry is
    // told of when its call has ended.
    forget(calls_, now - std::chrono::seconds(14));
    forget(retries_, now - std::chrono::seconds(9));
    return static_cast<double>(retries_.size()) <=
           policy.budget_ratio() * static_cast<double>(calls_.size()) +
               10 * policy.budget_per_second() + 1;
  }

 private:
  static void forget(std::deque<TimePoint>& times, TimePoint before) {
    while (!times.empty() && times.front() < before) times.pop_front();
  }

  std::deque<TimePoint> calls_;
  std::deque<TimePoint> retries_;
};

}  // namespace fairlead::testing
