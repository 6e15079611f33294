#include "nats/event_hub.hpp"

#include "core/strings.hpp"
#include "core/waiter_timeout.hpp"

namespace fairlead::nats {

std::string_view event_name(EventKind kind) {
  switch (kind) {
    case EventKind::kConnected:
      return "connected";
    case EventKind::kDisconnected:
      return "disconnected";
    case EventKind::kReconnected:
      return "reconnected";
    case EventKind::kLameDuck:
      return "lame duck";
    case EventKind::kSlowConsumer:
      return "slow consumer";
    case EventKind::kError:
      return "error";
    case EventKind::kClosed:
      return "closed";
  }
  return "?";
}

std::string to_string(const Event& event) {
  std::string text(event_name(event.kind()));
  if (!event.server().empty()) append(text, " ", event.server());
  if (!event.subject().empty()) append(text, " ", event.subject());
  if (!event.status().ok()) {
    append(text, ": ", event.status().ToString(absl::StatusToStringMode::kWithNoExtraData));
  }
  return text;
}

std::shared_ptr<EventQueue> EventHub::open() {
  auto queue = std::make_shared<EventQueue>(core_);
  queues_.push_back(queue);
  return queue;
}

void EventHub::emit(const Event& event) {
  std::erase_if(queues_, [](const auto& queue) { return queue.expired(); });
  const auto queues = queues_;  // who is woken may ask for another stream
  for (const auto& weak : queues) {
    const auto queue = weak.lock();
    if (!queue) continue;
    if (queue->events.size() == EventQueue::kLimit) queue->events.pop_front();
    queue->events.push_back(event);
    queue->ended = event.kind() == EventKind::kClosed;
    queue->arrived.wake();
  }
}

Task<absl::StatusOr<Event>> EventStream::next(Deadline deadline) {
  const auto queue = queue_;
  WaiterTimeout timeout(queue->arrived);
  queue->core.arm(timeout, deadline);
  while (queue->events.empty()) {
    if (queue->ended) co_return absl::CancelledError("the connection has ended");
    if (timeout.passed()) co_return absl::DeadlineExceededError("no event came in time");
    co_await queue->arrived.wait();
  }
  Event event = std::move(queue->events.front());
  queue->events.pop_front();
  co_return event;
}

}  // namespace fairlead::nats
