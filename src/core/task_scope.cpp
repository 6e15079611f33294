#include "fairlead/task_scope.hpp"

#include <cstdio>
#include <cstdlib>
#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "core/waiter.hpp"

namespace fairlead {

struct TaskScope::State {
  std::size_t running = 0;
  std::exception_ptr failure;
  Waiter joined;
};

TaskScope::TaskScope(Loop& loop) : loop_(loop), state_(std::make_shared<State>()) {}

TaskScope::~TaskScope() {
  if (state_->running == 0) return;
  std::fprintf(stderr, "fairlead: a TaskScope was destroyed while %zu tasks run; join() it first\n",
               state_->running);
  std::abort();
}

void TaskScope::spawn(Task<void> task) {
  ++state_->running;
  // What is started while a call is served works for this call.
  ServedCall* const call = ServedCall::current();
  const auto executor = executor_for(loop_.core().context(), call ? call->fork() : nullptr);
  boost::asio::co_spawn(executor, std::move(task), [state = state_](std::exception_ptr exception) {
    if (exception && !state->failure) state->failure = exception;
    if (--state->running == 0) state->joined.wake();
  });
}

Task<void> TaskScope::join() {
  while (state_->running > 0) co_await state_->joined.wait();
  if (const auto failure = std::exchange(state_->failure, nullptr)) {
    std::rethrow_exception(failure);
  }
}

std::size_t TaskScope::size() const {
  return state_->running;
}

}  // namespace fairlead
