// How a client's connection ends: flush, drain, close, and who is told.
#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/flush_waiter.hpp"

namespace fairlead::nats {

void Client::finish(absl::Status reason) {
  finished_ = true;
  end_reason_ = std::move(reason);
  if (!end_reason_.ok() && ping_timer_.armed()) {
    options_.logger().error("the connection to NATS has ended",
                            {{"reason", std::string(message_of(end_reason_))}});
  }
  ping_timer_.unlink();
  connect_timer_.unlink();
  if (transport_) transport_->close();
  // Those who wait are told in a turn of their own, not inside of whatever called this.
  loop_.post([self = shared_from_this()] { self->end_waiters(); });
}

void Client::end_waiters() {
  writer_.wake();
  opened_.wake();
  std::string reason = "it was closed by this program";
  if (!end_reason_.ok()) reason = std::string(message_of(end_reason_));
  requests_.fail_all(absl::UnavailableError(
      concat("the connection to NATS ended before the reply; the request may have been executed: ",
             reason)));
  while (!flushes_.empty()) {
    FlushWaiter* const waiter = flushes_.front();
    flushes_.pop_front();
    if (waiter) waiter->done.wake();
  }
  const auto subscriptions = std::exchange(subscriptions_, {});
  for (const auto& [id, subscription] : subscriptions) subscription->end(closed_error());
  while (!closed_waiters_.empty()) {
    Waiter* const waiter = closed_waiters_.front();
    closed_waiters_.pop_front();
    waiter->wake();
  }
}

void Client::close() {
  perform(session_.on_close());
}

Task<absl::Status> Client::closed() {
  const auto self = shared_from_this();
  if (!finished_) {
    Waiter waiter;
    closed_waiters_.push_back(&waiter);
    co_await waiter.wait();
  }
  co_return end_reason_;
}

Task<absl::Status> Client::flush(Deadline::Duration timeout) {
  const auto self = shared_from_this();
  if (!is_open()) co_return closed_error();
  FlushWaiter waiter(*this);
  flushes_.push_back(&waiter);
  perform(session_.on_flush());
  arm(waiter, Deadline::after(timeout));
  if (!waiter.flushed) co_await waiter.done.wait();
  if (waiter.flushed) co_return absl::OkStatus();
  if (waiter.timed_out) {
    co_return absl::DeadlineExceededError("the NATS server did not answer PING in time");
  }
  co_return closed_error();
}

Task<absl::Status> Client::drain(Deadline::Duration timeout) {
  const auto self = shared_from_this();
  for (const auto& [id, subscription] : subscriptions_) send_unsubscribe(*subscription);
  // The PONG says that all that was sent to the subscriptions has arrived, and that all that was
  // published here, the answers to it included, has been taken.
  absl::Status status = co_await flush(timeout);
  const auto subscriptions = std::exchange(subscriptions_, {});
  for (const auto& [id, subscription] : subscriptions) {
    subscription->end(absl::CancelledError("the connection was drained"));
  }
  if (status.ok()) status = co_await flush(timeout);
  close();
  co_return status;
}

absl::Status Client::closed_error() const {
  if (end_reason_.ok())
    return absl::UnavailableError("the connection to NATS was closed by this program");
  return absl::UnavailableError(
      concat("the connection to NATS has ended: ", message_of(end_reason_)));
}

}  // namespace fairlead::nats
