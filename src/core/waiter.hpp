#pragma once

#include <optional>

#include <boost/asio/use_awaitable.hpp>

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
  // By its own type, for an any_completion_handler costs an allocation more for each wait.
  using Handler = boost::asio::async_result<boost::asio::use_awaitable_t<>, void()>::handler_type;

  std::optional<Handler> handler_;  // only ever emplaced
  ServedCall* call_ = nullptr;      // whose coroutine waits; owned by its executor
};

}  // namespace fairlead
