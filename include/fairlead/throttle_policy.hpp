#pragma once

#include <chrono>
#include <string_view>

namespace fairlead {

/// When a part of the calls is not sent because the service refuses too many of them: the adaptive
/// throttling of Google's "Site Reliability Engineering", chapter 21.
class ThrottlePolicy {
 public:
  ThrottlePolicy() {}

  /// K: how many calls may be sent for each that the service takes. Default 2, as in the book;
  /// lower throttles earlier.
  ThrottlePolicy& set_multiplier(double multiplier) {
    multiplier_ = multiplier;
    return *this;
  }
  /// Over which time calls are counted. Default 10 s. (go-zero; the book has two minutes.)
  ThrottlePolicy& set_window(std::chrono::nanoseconds window) {
    window_ = window;
    return *this;
  }

  double multiplier() const { return multiplier_; }
  std::chrono::nanoseconds window() const { return window_; }

  /// What is wrong with the numbers; empty if nothing is.
  std::string_view fault() const {
    if (!(multiplier_ >= 1 && multiplier_ <= 100)) return "multiplier must be from 1 to 100";
    if (window_ < std::chrono::milliseconds(100)) return "window must be at least 100ms";
    return "";
  }

 private:
  double multiplier_ = 2;
  std::chrono::nanoseconds window_ = std::chrono::seconds(10);
};

}  // namespace fairlead
