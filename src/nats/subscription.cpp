#include "fairlead/nats/subscription.hpp"

#include "core/waiter_timeout.hpp"
#include "nats/client.hpp"
#include "nats/subscription_state.hpp"

namespace fairlead::nats {

void SubscriptionState::deliver(const MessageView& message) {
  ++received;
  if (callback) {
    callback(message);
  } else if (queue.size() >= pending_limit) {
    ++dropped;
  } else {
    queue.emplace_back(message);
    arrived.wake();
  }
}

void SubscriptionState::end(absl::Status reason) {
  if (ended) return;
  ended = true;
  end_reason = std::move(reason);
  arrived.wake();
}

Task<absl::StatusOr<Message>> Subscription::next(Deadline deadline) {
  const auto state = state_;
  WaiterTimeout timeout(state->arrived);
  while (state->queue.empty()) {
    if (state->ended) co_return state->end_reason;
    if (timeout.passed() || deadline.passed()) {
      co_return absl::DeadlineExceededError("no message came in time");
    }
    if (!deadline.is_never() && !timeout.armed()) {
      if (const auto client = state->client.lock()) client->arm(timeout, deadline);
    }
    co_await state->arrived.wait();
  }
  Message message = std::move(state->queue.front());
  state->queue.pop_front();
  co_return message;
}

void Subscription::unsubscribe() {
  if (const auto client = state_->client.lock()) client->unsubscribe(*state_);
}

void Subscription::unsubscribe_after(std::uint64_t count) {
  if (const auto client = state_->client.lock()) client->unsubscribe_after(*state_, count);
}

Task<absl::Status> Subscription::drain(Deadline::Duration timeout) {
  const auto state = state_;
  const auto client = state->client.lock();
  if (!client || state->ended) co_return absl::OkStatus();
  client->send_unsubscribe(*state);
  const absl::Status status = co_await client->flush(timeout);
  client->unsubscribe(*state);
  co_return status;
}

std::uint64_t Subscription::dropped() const {
  return state_->dropped;
}

const std::string& Subscription::subject() const {
  return state_->subject;
}

}  // namespace fairlead::nats
