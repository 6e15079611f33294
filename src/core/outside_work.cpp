#include "core/outside_work.hpp"

#include <utility>

#include "core/manual_time_scope.hpp"

namespace fairlead {

thread_local constinit OutsideWork* OutsideWork::current_ = nullptr;

void OutsideWork::run(const std::function<void()>& work) {
  const ManualTimeScope scope(time_.get());
  OutsideWork* const before = std::exchange(current_, this);
  work();
  current_ = before;
}

}  // namespace fairlead
