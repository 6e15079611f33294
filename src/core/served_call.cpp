#include "core/served_call.hpp"

namespace fairlead {

thread_local constinit ServedCall* ServedCall::current_ = nullptr;

std::shared_ptr<ServedCall> ServedCall::fork() {
  auto fork = std::make_shared<ServedCall>();
  fork->parent_ = parent_ ? parent_ : shared_from_this();
  fork->number_.store(number_.load(std::memory_order_relaxed), std::memory_order_relaxed);
  fork->deadline_ = deadline_;
  fork->trace_ = trace_;
  fork->trace_state_ = trace_state_;
  fork->tracer_ = tracer_;
  return fork;
}

}  // namespace fairlead
