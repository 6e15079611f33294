#pragma once

#include <algorithm>
#include <chrono>

#include "fairlead/deadline_clock.hpp"

namespace fairlead {

/// A point in time by which something must be done, or "never".
///
/// Kept on the local steady clock; between hosts only the remaining time travels, because two
/// hosts' clocks differ. A value type, free to copy.
class Deadline {
 public:
  using Clock = DeadlineClock;
  using Duration = Clock::duration;
  using TimePoint = Clock::time_point;

  /// A deadline that never passes.
  Deadline() = default;

  /// The deadline `duration` from now. Durations too long for the clock mean "never".
  static Deadline after(Duration duration) { return after(duration, Clock::now()); }

  /// The deadline `duration` after `now`.
  static Deadline after(Duration duration, TimePoint now) {
    if (duration > TimePoint::max() - now) return Deadline();
    return Deadline(now + duration);
  }

  /// The deadline at a point of the steady clock.
  static Deadline at(TimePoint point) { return Deadline(point); }

  /// A deadline that never passes, by name.
  static Deadline never() { return Deadline(); }

  bool is_never() const { return point_ == TimePoint::max(); }
  TimePoint point() const { return point_; }

  /// Whether the deadline lies at or before `now`.
  bool passed(TimePoint now = Clock::now()) const { return point_ <= now; }

  /// What is left of it; zero once it has passed, Duration::max() for "never".
  Duration remaining(TimePoint now = Clock::now()) const {
    if (is_never()) return Duration::max();
    return std::max(point_ - now, Duration::zero());
  }

  /// The earlier of two.
  friend Deadline earlier(Deadline a, Deadline b) { return a.point_ < b.point_ ? a : b; }
  friend bool operator==(Deadline a, Deadline b) { return a.point_ == b.point_; }

 private:
  explicit Deadline(TimePoint point) : point_(point) {}

  TimePoint point_ = TimePoint::max();
};

}  // namespace fairlead
