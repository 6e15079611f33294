#include "core/waiter.hpp"

#include <utility>

#include <boost/asio/async_result.hpp>

namespace fairlead {

Task<void> Waiter::wait() {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      [this](auto&& handler) {
        handler_.emplace(std::move(handler));
        call_ = ServedCall::current();
      },
      boost::asio::use_awaitable);
}

void Waiter::wake() {
  if (!handler_) return;
  auto handler = std::move(*handler_);
  handler_.reset();  // first, because what is resumed may wait here again
  const ServingScope scope(call_);
  std::move(handler)();
}

}  // namespace fairlead
