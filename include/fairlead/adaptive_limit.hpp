#pragma once

#include <string_view>

namespace fairlead {

/// A limit on the calls of a method that run at once which the server finds by itself: it grows
/// while the handler is as quick as it was over the last while, and shrinks when it becomes slower
/// (Netflix' concurrency-limits, Gradient2).
class AdaptiveLimit {
 public:
  AdaptiveLimit() {}

  /// Where it begins. Default 20.
  AdaptiveLimit& set_initial(int calls) {
    initial_ = calls;
    return *this;
  }
  /// What it does not go below. Default 4.
  AdaptiveLimit& set_min(int calls) {
    min_ = calls;
    return *this;
  }
  /// What it does not go above. Default 1000.
  AdaptiveLimit& set_max(int calls) {
    max_ = calls;
    return *this;
  }

  int initial() const { return initial_; }
  int min() const { return min_; }
  int max() const { return max_; }

  /// What is wrong with the numbers; empty if nothing is.
  std::string_view fault() const {
    if (min_ < 1) return "min must be at least 1";
    if (initial_ < min_ || max_ < initial_) return "initial must be from min to max";
    return "";
  }

 private:
  int initial_ = 20;
  int min_ = 4;
  int max_ = 1000;
};

}  // namespace fairlead
