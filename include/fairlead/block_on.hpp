#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <thread>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

namespace detail {
/// Runs `task` on `loop` and waits for it; false, without running it, on the loop's own thread.
bool run_and_wait(Loop& loop, Task<void> task);
}  // namespace detail

/// Runs `task` on `loop`, which runs on another thread, and blocks the calling thread until it has
/// ended. On the loop's own thread, where it would wait for itself, it fails with
/// FAILED_PRECONDITION. An exception that leaves the task is rethrown here.
template <typename T>
absl::StatusOr<T> block_on(Loop& loop, Task<absl::StatusOr<T>> task) {
  std::optional<absl::StatusOr<T>> result;
  if (!detail::run_and_wait(loop, detail::store_result(std::move(task), result))) {
    return absl::FailedPreconditionError(
        "a blocking call was made on the thread of its own loop; await it there instead");
  }
  return *std::move(result);
}

/// block_on() for tasks that yield a bare status.
absl::Status block_on(Loop& loop, Task<absl::Status> task);

/// A loop that runs on a thread of its own: what a program without coroutines needs.
///
///   fairlead::LoopThread thread;
///   auto connection = fairlead::nats::connect_and_wait(thread.loop(), options);
///   calc::CalcBlockingClient client(*connection);
class LoopThread {
 public:
  LoopThread();
  /// One whose time a test moves: see fairlead::testing::ManualClock. Not for programs.
  explicit LoopThread(std::shared_ptr<ManualTime> time);
  /// Stops the loop and waits for the thread.
  ~LoopThread();
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  Loop& loop() { return loop_; }

 private:
  Loop loop_;
  std::thread thread_;
};

}  // namespace fairlead
