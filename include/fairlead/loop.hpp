#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

class LoopCore;
class ManualTime;

/// One event loop: the thread on which connections live and coroutines run.
///
/// Everything that belongs to a loop (connections, subscriptions, clients) is used on the thread
/// that runs it; only post() and stop() may be called from other threads. A loop runs on the thread
/// that calls run(), and starts no threads. It outlives all that was made on it.
class Loop {
 public:
  Loop();
  /// One whose time a test moves: see fairlead::testing::ManualClock. Not for programs.
  explicit Loop(std::shared_ptr<ManualTime> time);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  /// Runs `task` on the calling thread until it ends, and returns its result. Other work of the
  /// loop goes on meanwhile. An exception that leaves the task is rethrown here.
  template <typename T>
  T run(Task<T> task);

  /// Runs the loop on the calling thread until stop().
  void run();

  /// Makes run() return soon. From any thread; a later run() starts afresh.
  void stop();

  /// Runs `work` on the loop in one of its next turns. From any thread.
  void post(std::function<void()> work);

  /// Whether the calling thread is the one that runs this loop now.
  bool is_current() const;

  /// Waits for `duration`, without occupying the thread. In a handler it ends early when the call
  /// is cancelled meanwhile: look at Context::cancelled().
  Task<void> sleep(Deadline::Duration duration);

  /// The Asio executor of the loop, for use of Asio beside Fairlead.
  boost::asio::any_io_executor executor() const;

  /// What other parts of Fairlead see of a loop; not for programs.
  LoopCore& core() const { return *core_; }

 private:
  void run_until_done(Task<void> task);

  std::unique_ptr<LoopCore> core_;
};

namespace detail {

template <typename T>
Task<void> store_result(Task<T> task, std::optional<T>& result) {
  result.emplace(co_await std::move(task));
}

}  // namespace detail

template <typename T>
T Loop::run(Task<T> task) {
  if constexpr (std::is_void_v<T>) {
    run_until_done(std::move(task));
  } else {
    std::optional<T> result;
    run_until_done(detail::store_result(std::move(task), result));
    return std::move(*result);
  }
}

}  // namespace fairlead
