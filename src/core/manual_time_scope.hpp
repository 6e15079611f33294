#pragma once

#include "fairlead/deadline_clock.hpp"

namespace fairlead {

/// Until the end of a block, Deadline::Clock tells a manual time on this thread; null: the steady
/// clock's.
class ManualTimeScope {
 public:
  explicit ManualTimeScope(const ManualTime* time) : before_(DeadlineClock::manual_) {
    DeadlineClock::manual_ = time;
  }
  ~ManualTimeScope() { DeadlineClock::manual_ = before_; }
  /// What this thread sees; null: the steady clock.
  static const ManualTime* time_here() { return DeadlineClock::manual_; }

  ManualTimeScope(const ManualTimeScope&) = delete;
  ManualTimeScope& operator=(const ManualTimeScope&) = delete;

 private:
  const ManualTime* const before_;
};

}  // namespace fairlead
