#include "fairlead/loop.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "core/wake_on_cancel.hpp"

namespace fairlead {

Loop::Loop() : Loop(nullptr) {}

Loop::Loop(std::shared_ptr<ManualTime> time) : core_(std::make_unique<LoopCore>(std::move(time))) {}

Loop::~Loop() = default;

void Loop::run() {
  auto& context = core_->context();
  const auto guard = boost::asio::make_work_guard(context);
  context.restart();
  core_->run();
}

void Loop::stop() {
  core_->context().stop();
}

void Loop::post(std::function<void()> work) {
  boost::asio::post(core_->context(), std::move(work));
}

bool Loop::is_current() const {
  return core_->is_current();
}

Task<void> Loop::sleep(Deadline::Duration duration) {
  Waiter waiter;
  WaiterTimeout timeout(waiter);
  core_->arm(timeout, Deadline::after(duration));
  // One that was cancelled before sleeps as any: a handler that does not look would turn and turn.
  const WakeOnCancel cancel(waiter);
  co_await waiter.wait();
}

boost::asio::any_io_executor Loop::executor() const {
  return executor_for(core_->context(), nullptr);
}

void Loop::run_until_done(Task<void> task) {
  auto& context = core_->context();
  const auto guard = boost::asio::make_work_guard(context);
  bool done = false;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr exception) {
    failure = exception;
    done = true;
    context.stop();
  });
  do {
    context.restart();
    core_->run();
  } while (!done);
  if (failure) std::rethrow_exception(failure);
}

}  // namespace fairlead
