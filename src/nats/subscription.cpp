#include "fairlead/nats/subscription.hpp"

#include <utility>

#include "core/waiter_timeout.hpp"
#include "core/wake_on_cancel.hpp"
#include "nats/client.hpp"
#include "nats/subscription_state.hpp"

namespace fairlead::nats {

namespace {

std::size_t size_of(const MessageView& message) {
  return message.subject.size() + message.reply.size() + message.header.size() +
         message.payload.size();
}

}  // namespace

bool SubscriptionState::deliver(const MessageView& message) {
  ++received;
  if (callback) {
    callback(message);
    return true;
  }
  const std::size_t size = size_of(message);
  if (queue.size() >= pending_limit || queue_bytes + size > pending_bytes_limit) {
    ++dropped;
    return std::exchange(slow, true);
  }
  queue.push_back({Message(message), size});
  queue_bytes += size;
  arrived.wake();
  return true;
}

Message SubscriptionState::take() {
  Message message = std::move(queue.front().message);
  queue_bytes -= queue.front().size;
  queue.pop_front();
  // Only with much room again: else each message lost at the limit would be news of its own.
  if (queue.size() <= pending_limit / 2 && queue_bytes <= pending_bytes_limit / 2) slow = false;
  return message;
}

void SubscriptionState::end(absl::Status reason) {
  if (ended) return;
  ended = true;
  end_reason = std::move(reason);
  interrupt(end_reason);
  arrived.wake();
}

Task<absl::StatusOr<Message>> Subscription::next(Deadline deadline) {
  const auto state = state_;
  WaiterTimeout timeout(state->arrived);
  const WakeOnCancel cancel(state->arrived);
  while (state->queue.empty()) {
    if (cancel.cancelled()) {
      co_return absl::CancelledError("the call for which a message is awaited was cancelled");
    }
    if (state->ended) co_return state->end_reason;
    if (timeout.passed() || deadline.passed()) {
      co_return absl::DeadlineExceededError("no message came in time");
    }
    if (!deadline.is_never() && !timeout.armed()) {
      if (const auto client = state->client.lock()) client->arm(timeout, deadline);
    }
    co_await state->arrived.wait();
  }
  co_return state->take();
}

void Subscription::unsubscribe() {
  if (const auto client = state_->client.lock()) client->unsubscribe(*state_);
}

void Subscription::leave() {
  if (const auto client = state_->client.lock()) client->send_unsubscribe(*state_);
}

void Subscription::unsubscribe_after(std::uint64_t count) {
  if (const auto client = state_->client.lock()) client->unsubscribe_after(*state_, count);
}

Task<absl::Status> Subscription::drain(Deadline::Duration timeout) {
  const auto state = state_;
  const auto client = state->client.lock();
  if (!client || state->ended) co_return absl::OkStatus();
  client->send_unsubscribe(*state);
  absl::Status status;
  // Without a connection there is nothing on its way.
  if (client->is_open()) status = co_await client->round_trip(Deadline::after(timeout));
  client->unsubscribe(*state);
  co_return status;
}

absl::Status Subscription::status() const {
  return state_->ended ? state_->end_reason : absl::OkStatus();
}

std::uint64_t Subscription::dropped() const {
  return state_->dropped;
}

const std::string& Subscription::subject() const {
  return state_->subject;
}

}  // namespace fairlead::nats
