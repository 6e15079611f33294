#pragma once

#include <deque>
#include <memory>
#include <vector>

#include "fairlead/nats/event.hpp"

#include "core/loop_core.hpp"
#include "core/waiter.hpp"

namespace fairlead::nats {

/// What an EventStream reads from.
struct EventQueue {
  explicit EventQueue(LoopCore& core) : core(core) {}

  static constexpr std::size_t kLimit = 1024;

  LoopCore& core;
  std::deque<Event> events;
  Waiter arrived;
  bool ended = false;
};

/// Hands the events of a connection to all streams of them.
class EventHub {
 public:
  explicit EventHub(LoopCore& core) : core_(core) {}

  /// A queue that gets all events from now on; it lasts as long as it is held.
  std::shared_ptr<EventQueue> open();
  void emit(const Event& event);

 private:
  LoopCore& core_;
  std::vector<std::weak_ptr<EventQueue>> queues_;
};

}  // namespace fairlead::nats
