#include "tests/fault/waits.hpp"

namespace fairlead::testing {

Task<void> ask_the_silent(nats::Connection connection, Ends& ends) {
  auto reply = co_await connection.request("silent", "x", std::chrono::minutes(10));
  if (absl::IsUnavailable(reply.status()) && nats::may_have_executed(reply.status())) {
    ++ends.lost;
  } else {
    ++ends.other;
    ends.example = reply.status();
  }
}

Task<void> wait_for_next(nats::Subscription subscription, absl::Status& status) {
  auto message = co_await subscription.next();
  status = message.status();
}

Task<void> wait_for_flush(nats::Connection connection, absl::Status& status) {
  status = co_await connection.flush(std::chrono::minutes(10));
}

Task<void> wait_for_closed(nats::Connection connection, absl::Status& status) {
  status = co_await connection.closed();
}

}  // namespace fairlead::testing
