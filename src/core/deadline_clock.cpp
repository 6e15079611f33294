#include "fairlead/deadline_clock.hpp"

#include "core/manual_time.hpp"

namespace fairlead {

thread_local constinit const ManualTime* DeadlineClock::manual_ = nullptr;

DeadlineClock::time_point DeadlineClock::manual_now() noexcept {
  return manual_->now();
}

}  // namespace fairlead
