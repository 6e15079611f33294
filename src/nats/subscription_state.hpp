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

  std::deque<Message> queue;
  std::size_t pending_limit = 0;
  std::uint64_t received = 0;
  std::uint64_t max = 0;  // 0: no end
  std::uint64_t dropped = 0;
  Waiter arrived;

  bool unsubscribed = false;  // the server has been told
  bool ended = false;
  absl::Status end_reason;

  /// Takes a message in.
  void deliver(const MessageView& message);
  /// No more messages will come.
  void end(absl::Status reason);
};

}  // namespace fairlead::nats
