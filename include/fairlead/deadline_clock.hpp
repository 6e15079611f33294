#pragma once

#include <chrono>

namespace fairlead {

class ManualTime;

/// The clock of deadlines: the local steady clock. Only in a test, on the threads of a
/// fairlead::testing::Host that was given a ManualClock, it tells that one's time instead.
class DeadlineClock {
 public:
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::steady_clock::time_point;
  static constexpr bool is_steady = true;

  /// The time that it is on this thread.
  static time_point now() noexcept {
    if (manual_) [[unlikely]]
      return manual_now();
    return std::chrono::steady_clock::now();
  }

 private:
  friend class ManualTimeScope;

  static time_point manual_now() noexcept;

  static thread_local constinit const ManualTime* manual_;  // null: the steady clock
};

}  // namespace fairlead
