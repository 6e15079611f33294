#pragma once

#include "fairlead/retry_policy.hpp"

#include "core/sliding_window.hpp"

namespace fairlead::layer {

/// How many retries a method may have: a share of its calls, and some a second besides, counted
/// over ten seconds (Finagle's RetryBudget).
class RetryBudget {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit RetryBudget(const RetryPolicy& policy)
      : ratio_(policy.budget_ratio()), reserve_(policy.budget_per_second() * kSeconds) {}

  void on_call(TimePoint now) { window_.add(kCalls, now); }

  /// Takes a retry out of the budget; false if there is none left.
  bool take(TimePoint now) {
    const auto calls = static_cast<double>(window_.sum(kCalls, now));
    const auto retries = static_cast<double>(window_.sum(kRetries, now));
    if (retries + 1 > ratio_ * calls + reserve_) return false;
    window_.add(kRetries, now);
    return true;
  }

 private:
  enum Kind { kCalls, kRetries };
  static constexpr int kSeconds = 10;

  double ratio_;
  double reserve_;
  SlidingWindow<2> window_{std::chrono::seconds(kSeconds)};
};

}  // namespace fairlead::layer
