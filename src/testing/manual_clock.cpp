#include "fairlead/testing/manual_clock.hpp"

#include "core/manual_time.hpp"

namespace fairlead::testing {

ManualClock::ManualClock()
    : time_(std::make_shared<ManualTime>(std::chrono::steady_clock::now())) {}

ManualClock::~ManualClock() = default;

void ManualClock::advance(std::chrono::milliseconds duration) {
  time_->advance(duration);
}

void ManualClock::set_automatic(bool automatic) {
  time_->set_automatic(automatic);
}

Deadline::TimePoint ManualClock::now() const {
  return time_->now();
}

}  // namespace fairlead::testing
