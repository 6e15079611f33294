#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <type_traits>

#include "fairlead/deadline.hpp"

namespace fairlead::middleware {

/// So many calls in a time, with bursts: the generic cell rate algorithm (ITU-T I.371), a leaky
/// bucket that is one number, the time at which it will be empty. Used by many threads at once.
class Rate {
 public:
  using TimePoint = Deadline::TimePoint;

  Rate(std::chrono::nanoseconds interval, std::chrono::nanoseconds tolerance)
      : interval_(interval.count()), tolerance_(tolerance.count()) {}

  /// Takes a call in: zero, or how long it should wait before it comes again.
  std::chrono::nanoseconds take(TimePoint now) {
    const std::int64_t time = now.time_since_epoch().count();
    std::int64_t empty = empty_.load(std::memory_order_relaxed);
    while (true) {
      const std::int64_t from = empty > time ? empty : time;
      if (from - time > tolerance_) return std::chrono::nanoseconds(from - time - tolerance_);
      const std::int64_t next = from + interval_;
      if (empty_.compare_exchange_weak(empty, next, std::memory_order_relaxed)) {
        return std::chrono::nanoseconds(0);
      }
    }
  }

  /// Whether it is as if no call had come yet.
  bool idle(TimePoint now) const {
    return empty_.load(std::memory_order_relaxed) <= now.time_since_epoch().count();
  }

 private:
  static_assert(std::is_same_v<TimePoint::duration, std::chrono::nanoseconds>);

  const std::int64_t interval_;
  const std::int64_t tolerance_;
  std::atomic<std::int64_t> empty_ = INT64_MIN;
};

}  // namespace fairlead::middleware
