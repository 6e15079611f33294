// A client's reading and writing, and what its session tells it to do.
#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/flush_waiter.hpp"
#include "nats/handshake.hpp"

namespace fairlead::nats {
namespace {

constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back when empty

}  // namespace

Task<void> Client::run() {
  TaskScope scope(loop_);
  scope.spawn(write_loop());
  co_await read_loop();
  co_await scope.join();
  end_waiters();
  // Sockets must not outlive their loop, as a handle of this connection might.
  transport_.reset();
}

Task<void> Client::read_loop() {
  while (!finished_) {
    char* const space = input_.prepare(kReadSize);
    const std::size_t size = input_.space();
    const auto count = co_await transport_->read_some(space, size);
    if (finished_) break;
    if (!count.ok()) {
      perform(session_.on_lost(count.status()));
      break;
    }
    input_.commit(*count);
    ++statistics_.reads;
    statistics_.bytes_in += *count;
    handle_input();
    input_.shrink(kKeepBuffer);
  }
}

Task<void> Client::write_loop() {
  while (!finished_) {
    if (output_.empty() || write_holds_ > 0) {
      co_await writer_.wait();
      continue;
    }
    swap(output_, sending_);
    const absl::Status status = co_await transport_->write(sending_.view());
    ++statistics_.writes;
    statistics_.bytes_out += sending_.size();
    sending_.clear();
    sending_.shrink(kKeepBuffer);
    if (!status.ok()) perform(session_.on_lost(status));
  }
}

void Client::handle_input() {
  const WriteHold hold(*this);
  while (!input_.empty() && !finished_) {
    wire::Operation operation;
    const wire::ParseResult result = wire::parse(input_.view(), limits_, operation);
    if (result.outcome == wire::ParseOutcome::kNeedMore) return;
    if (result.outcome == wire::ParseOutcome::kInvalid) {
      perform(session_.on_lost(
          absl::UnavailableError(concat("the server sent what is no NATS: ", result.reason))));
      return;
    }
    handle(operation);
    input_.consume(result.consumed);
  }
}

void Client::handle(const wire::Operation& operation) {
  switch (operation.kind) {
    case wire::OperationKind::kMessage:
      return handle_message(operation);
    case wire::OperationKind::kPing:
      return perform(session_.on_ping());
    case wire::OperationKind::kPong:
      return perform(session_.on_pong());
    case wire::OperationKind::kOk:
      return;
    case wire::OperationKind::kError:
      return perform(session_.on_error(operation.payload));
    case wire::OperationKind::kInfo:
      return perform(session_.on_info(parse_server_info(operation.payload)));
  }
}

void Client::handle_message(const wire::Operation& operation) {
  ++statistics_.messages_in;
  MessageView message;
  message.subject = operation.subject;
  message.reply = operation.reply;
  message.header = operation.header;
  message.payload = operation.payload;
  if (operation.subscription == kInboxSubscription) {
    requests_.deliver(message);
    return;
  }
  const auto found = subscriptions_.find(operation.subscription);
  if (found == subscriptions_.end()) return;  // ended here, and the server does not know yet
  const auto subscription = found->second;    // kept alive: it may be ended by what it delivers
  subscription->deliver(message);
  if (subscription->max > 0 && subscription->received >= subscription->max) {
    forget(*subscription);
    subscription->end(absl::CancelledError("all messages asked for have come"));
  }
}

void Client::perform(const Session::Actions& actions) {
  for (const Action& action : actions) perform(action);
}

void Client::perform(const Action& action) {
  switch (action.kind) {
    case ActionKind::kSendConnect: {
      const auto line = connect_line(session_.info(), server_, options_);
      if (!line.ok()) return perform(session_.on_lost(line.status()));
      output_.append(*line);
      output_.append("PING\r\n");
      break;
    }
    case ActionKind::kSendPing:
      output_.append("PING\r\n");
      break;
    case ActionKind::kSendPong:
      output_.append("PONG\r\n");
      break;
    case ActionKind::kOpened:
      opened_.wake();
      break;
    case ActionKind::kFlushed: {
      FlushWaiter* const waiter = flushes_.front();
      flushes_.pop_front();
      if (waiter) {
        waiter->flushed = true;
        waiter->done.wake();
      }
      break;
    }
    case ActionKind::kReportError:
      options_.logger().error("NATS error", {{"error", std::string(message_of(action.status))}});
      break;
    case ActionKind::kReportInfo:
      if (session_.info().lame_duck) {
        options_.logger().warning("the NATS server is going to stop (lame duck mode)",
                                  {{"server", server_.display()}});
      }
      break;
    case ActionKind::kClose:
      finish(action.status);
      break;
  }
  wake_writer();
}

}  // namespace fairlead::nats
