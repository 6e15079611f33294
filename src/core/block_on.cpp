#include "fairlead/block_on.hpp"

#include <exception>
#include <future>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "core/outside_work.hpp"

namespace fairlead {
namespace {

// For a loop with a manual time, which is to know that a thread waits for it.
Task<void> run_for_outside(Task<void> task, ManualTime& time, OutsideWork* work) {
  const OutsideWait wait(time, work);
  co_await std::move(task);
}

}  // namespace

namespace detail {

bool run_and_wait(Loop& loop, Task<void> task) {
  if (loop.is_current()) return false;
  if (ManualTime* const time = loop.core().manual_time()) {
    task = run_for_outside(std::move(task), *time, OutsideWork::current());
  }
  std::promise<void> ended;
  // A plain handler that waits here goes on serving its call, on the thread of the loop.
  ServedCall* const call = ServedCall::current();
  const auto executor = executor_for(loop.core().context(), call ? call->fork() : nullptr);
  boost::asio::co_spawn(executor, std::move(task), [&](std::exception_ptr failure) {
    if (failure) {
      ended.set_exception(failure);
    } else {
      ended.set_value();
    }
  });
  ended.get_future().get();
  return true;
}

}  // namespace detail

absl::Status block_on(Loop& loop, Task<absl::Status> task) {
  std::optional<absl::Status> result;
  if (!detail::run_and_wait(loop, detail::store_result(std::move(task), result))) {
    return absl::FailedPreconditionError(
        "a blocking call was made on the thread of its own loop; await it there instead");
  }
  return *std::move(result);
}

LoopThread::LoopThread() : LoopThread(nullptr) {}

LoopThread::LoopThread(std::shared_ptr<ManualTime> time)
    : loop_(std::move(time)), thread_([this] { loop_.run(); }) {}

LoopThread::~LoopThread() {
  loop_.post([this] { loop_.stop(); });
  thread_.join();
}

}  // namespace fairlead
