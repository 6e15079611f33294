#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/nats/message.hpp"
#include "fairlead/task.hpp"

namespace fairlead::nats {

class Client;
struct SubscriptionState;

/// Options of a subscription.
class SubscribeOptions {
 public:
  SubscribeOptions() {}

  /// Members of one queue group share the messages: each goes to one of them. Default: none.
  SubscribeOptions& set_queue_group(std::string queue_group) {
    queue_group_ = std::move(queue_group);
    return *this;
  }
  /// Messages, and bytes of them, that may wait in next()'s queue; beyond either new ones are
  /// dropped and counted, with an event. Defaults 500 000 and 64 MiB (nats.go). Callbacks have no
  /// queue.
  SubscribeOptions& set_pending_limit(std::size_t messages, std::size_t bytes = 64 << 20) {
    pending_limit_ = messages;
    pending_bytes_limit_ = bytes;
    return *this;
  }

  const std::string& queue_group() const { return queue_group_; }
  std::size_t pending_limit() const { return pending_limit_; }
  std::size_t pending_bytes_limit() const { return pending_bytes_limit_; }

 private:
  std::string queue_group_;
  std::size_t pending_limit_ = 500'000;
  std::size_t pending_bytes_limit_ = 64 << 20;
};

/// A subscription: messages that match a subject. A handle; copies are the same subscription. It
/// lasts until unsubscribe() or the connection's end, also without a handle.
class Subscription {
 public:
  /// Waits for the next message. UNAVAILABLE with the reason when the connection has ended,
  /// PERMISSION_DENIED if the server does not allow the subscription, CANCELLED after unsubscribe()
  /// once the queue is empty, and after the last message of unsubscribe_after().
  /// DEADLINE_EXCEEDED if none came by `deadline`. In a handler CANCELLED also if its call is
  /// cancelled while none is there. One waiter at a time.
  Task<absl::StatusOr<Message>> next(Deadline deadline = Deadline::never());

  /// Ends the subscription. Messages already in the queue can still be read. Repeating it does
  /// nothing.
  void unsubscribe();

  /// Tells the server to send nothing more. What it had already sent still arrives, until
  /// unsubscribe().
  void leave();

  /// Ends the subscription once `count` messages have been received in all.
  void unsubscribe_after(std::uint64_t count);

  /// Ends the subscription in good order: tells the server, and goes on receiving what it had
  /// already sent. Nothing that was on its way is lost. Returns when the server has confirmed.
  Task<absl::Status> drain(Deadline::Duration timeout);

  /// OK while it lasts, then why it ended. A refusal by the server is known after a flush().
  absl::Status status() const;

  /// Messages dropped because the queue was full.
  std::uint64_t dropped() const;

  const std::string& subject() const;

 private:
  friend class Connection;
  explicit Subscription(std::shared_ptr<SubscriptionState> state) : state_(std::move(state)) {}

  std::shared_ptr<SubscriptionState> state_;
};

}  // namespace fairlead::nats
