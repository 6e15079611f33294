#pragma once

#include <algorithm>

#include "core/deadline_wheel.hpp"
#include "core/waiter.hpp"
#include "nats/client.hpp"

namespace fairlead::nats {

/// One flush() that waits for its PONG.
struct Client::FlushWaiter final : DeadlineNode {
  explicit FlushWaiter(Client& client) : client(client) {}
  ~FlushWaiter() override {
    // The PONG will still come, so the place in the queue stays.
    std::replace(client.flushes_.begin(), client.flushes_.end(), this,
                 static_cast<FlushWaiter*>(nullptr));
  }
  void on_deadline() override {
    timed_out = true;
    done.wake();
  }

  Client& client;
  Waiter done;
  bool flushed = false;
  bool timed_out = false;
};

}  // namespace fairlead::nats
