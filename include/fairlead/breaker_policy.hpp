#pragma once

#include <chrono>
#include <string_view>

namespace fairlead {

/// When calls of a method that fail again and again are no longer made, and how it is found out
/// that the service is well again.
class BreakerPolicy {
 public:
  BreakerPolicy() {}

  /// The share of failed calls at which the breaker opens. Default 0.5. (Moleculer, resilience4j.)
  BreakerPolicy& set_failure_ratio(double ratio) {
    failure_ratio_ = ratio;
    return *this;
  }
  /// Fewer calls than these in the window say nothing. Default 20. (Moleculer, MicroProfile.)
  BreakerPolicy& set_min_calls(int calls) {
    min_calls_ = calls;
    return *this;
  }
  /// Over which time calls are counted. Default 10 s.
  BreakerPolicy& set_window(std::chrono::nanoseconds window) {
    window_ = window;
    return *this;
  }
  /// How long calls are refused before some may try. Default 5 s. (MicroProfile.)
  BreakerPolicy& set_open_time(std::chrono::nanoseconds time) {
    open_time_ = time;
    return *this;
  }
  /// Calls that may try then; they decide whether it closes or opens again. Default 10.
  /// (resilience4j.)
  BreakerPolicy& set_probes(int probes) {
    probes_ = probes;
    return *this;
  }

  double failure_ratio() const { return failure_ratio_; }
  int min_calls() const { return min_calls_; }
  std::chrono::nanoseconds window() const { return window_; }
  std::chrono::nanoseconds open_time() const { return open_time_; }
  int probes() const { return probes_; }

  /// What is wrong with the numbers; empty if nothing is.
  std::string_view fault() const {
    if (!(failure_ratio_ > 0 && failure_ratio_ <= 1))
      return "failure_ratio must be over 0, up to 1";
    if (min_calls_ < 1) return "min_calls must be at least 1";
    if (window_ < std::chrono::milliseconds(100)) return "window must be at least 100ms";
    if (open_time_.count() <= 0) return "open_time must be more than zero";
    if (probes_ < 1 || probes_ > 1000) return "probes must be from 1 to 1000";
    return "";
  }

 private:
  double failure_ratio_ = 0.5;
  int min_calls_ = 20;
  std::chrono::nanoseconds window_ = std::chrono::seconds(10);
  std::chrono::nanoseconds open_time_ = std::chrono::seconds(5);
  int probes_ = 10;
};

}  // namespace fairlead
