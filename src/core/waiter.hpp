#pragma once

#include <optional>

#include <boost/asio/any_completion_handler.hpp>

#include "fairlead/task.hpp"

#include "core/served_call.hpp"

namespace fairlead {

/// One coroutine waits, another part of the same loop wakes it. At most one waits at a time.
///
/// A wake with nobody waiting is not remembered: look at the condition before waiting.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;

  /// Suspends the coroutine until wake().
  Task<void> wait();

  /// Resumes the waiting coroutine, before it returns; nothing happens if none waits. It goes on
  /// working for the call that it worked for when it began to wait.
  void wake();

  bool waiting() const { return handler_.has_value(); }

 private:
  // In an optional and only ever emplaced: the handler's move assignment recurses in Boost 1.81.
  std::optional<boost::asio::any_completion_handler<void()>> handler_;
  ServedCall* call_ = nullptr;  // whose coroutine waits; owned by its executor
};

}  // namespace fairlead
