#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include <absl/status/status.h>

#include "fairlead/nats/message.hpp"

#include "core/deadline_wheel.hpp"
#include "core/waiter.hpp"

namespace fairlead::nats {

class Client;

/// What a subscription is made of. Messages go to the callback, or into the queue if there is none.
struct SubscriptionState {
  std::weak_ptr<Client> client;
  std::uint64_t id = 0;
  std::string subject;
  std::string queue_group;
  std::function<void(const MessageView&)> callback;
  std::function<void(const absl::Status&)> interrupted;  // told that messages may have been lost

  struct Queued {
    Message message;
    std::size_t size;
  };
  std::deque<Queued> queue;
  std::size_t queue_bytes = 0;
  std::size_t pending_limit = 0;
  std::size_t pending_bytes_limit = 0;
  bool slow = false;  // it has lost messages, and not yet caught up
  std::uint64_t received = 0;
  std::uint64_t received_before = 0;  // those through earlier servers
  std::uint64_t max = 0;              // 0: no end
  std::uint64_t dropped = 0;
  std::string asked;  // the subject of the request to which this is the inbox; else empty
  Waiter arrived;

  bool unsubscribed = false;  // the server has been told
  bool ended = false;
  absl::Status end_reason;

  /// Takes a message in. False if it is the first to be lost since the queue had room.
  bool deliver(const MessageView& message);
  /// Takes the oldest message of the queue out.
  Message take();
  /// The connection was lost, and with it what was on its way.
  void interrupt(const absl::Status& reason) {
    if (interrupted) interrupted(reason);
  }
  /// No more messages will come.
  void end(absl::Status reason);
};

}  // namespace fairlead::nats
