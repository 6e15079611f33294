#pragma once

#include <chrono>
#include <string_view>

namespace fairlead {

/// When and how often a call that failed is made again. Only calls that never ran are repeated, and
/// those of idempotent methods; see docs/resilience.md.
class RetryPolicy {
 public:
  RetryPolicy() {}

  /// Attempts of a call in all, the first included: 1 to 5. Default 3. (gRPC caps them at 5.)
  RetryPolicy& set_attempts(int attempts) {
    attempts_ = attempts;
    return *this;
  }
  /// The wait before the second attempt is drawn from zero to this ("full jitter"). Default 100 ms.
  RetryPolicy& set_initial_backoff(std::chrono::nanoseconds backoff) {
    initial_backoff_ = backoff;
    return *this;
  }
  /// What that bound grows to at most. Default 1 s.
  RetryPolicy& set_max_backoff(std::chrono::nanoseconds backoff) {
    max_backoff_ = backoff;
    return *this;
  }
  /// What that bound grows by from attempt to attempt. Default 2.
  RetryPolicy& set_multiplier(double multiplier) {
    multiplier_ = multiplier;
    return *this;
  }
  /// The budget of the method, so that retries do not become the load that keeps a service down:
  /// in any 10 s at most this share of its calls ...
  /// Default 0.2. (Finagle's RetryBudget, as the next one.)
  RetryPolicy& set_budget_ratio(double ratio) {
    budget_ratio_ = ratio;
    return *this;
  }
  /// ... and so many retries a second besides. Default 10.
  RetryPolicy& set_budget_per_second(double retries) {
    budget_per_second_ = retries;
    return *this;
  }

  int attempts() const { return attempts_; }
  std::chrono::nanoseconds initial_backoff() const { return initial_backoff_; }
  std::chrono::nanoseconds max_backoff() const { return max_backoff_; }
  double multiplier() const { return multiplier_; }
  double budget_ratio() const { return budget_ratio_; }
  double budget_per_second() const { return budget_per_second_; }

  /// What is wrong with the numbers; empty if nothing is.
  std::string_view fault() const {
    if (attempts_ < 1 || attempts_ > 5) return "attempts must be from 1 to 5";
    if (initial_backoff_.count() <= 0) return "initial_backoff must be more than zero";
    if (max_backoff_ < initial_backoff_) return "max_backoff must not be below initial_backoff";
    if (!(multiplier_ >= 1 && multiplier_ <= 10)) return "multiplier must be from 1 to 10";
    if (!(budget_ratio_ >= 0 && budget_ratio_ <= 1)) return "budget_ratio must be from 0 to 1";
    if (!(budget_per_second_ >= 0 && budget_per_second_ <= 1e6)) {
      return "budget_per_second must be from 0 to 1000000";
    }
    return "";
  }

 private:
  int attempts_ = 3;
  std::chrono::nanoseconds initial_backoff_ = std::chrono::milliseconds(100);
  std::chrono::nanoseconds max_backoff_ = std::chrono::seconds(1);
  double multiplier_ = 2;
  double budget_ratio_ = 0.2;
  double budget_per_second_ = 10;
};

}  // namespace fairlead
