#include "nats/client.hpp"

#include <algorithm>

#include <absl/strings/str_join.h>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "nats/handshake.hpp"
#include "nats/nuid.hpp"
#include "nats/subject.hpp"
#include "wire/writer.hpp"

namespace fairlead::nats {
namespace {

constexpr std::uint64_t kInboxSubscription = 1;
constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back when empty

}  // namespace

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

Client::Client(Loop& loop, ConnectOptions options)
    : loop_(loop),
      options_(std::move(options)),
      requests_(concat(options_.inbox_prefix(), ".", new_nuid())) {}

Client::~Client() = default;

std::string Client::new_inbox() const {
  return concat(options_.inbox_prefix(), ".", new_nuid());
}

// --- getting in

Task<absl::StatusOr<std::shared_ptr<Client>>> Client::connect(Loop& loop, ConnectOptions options) {
  const auto servers = parse_servers(options.url());
  if (!servers.ok()) co_return servers.status();
  if (const auto status = check_publish_subject(options.inbox_prefix()); !status.ok()) {
    co_return absl::InvalidArgumentError(concat("inbox prefix: ", message_of(status)));
  }
  std::vector<std::string> failures;
  absl::StatusCode code = absl::StatusCode::kUnavailable;
  for (const ServerAddress& server : *servers) {
    auto client = std::make_shared<Client>(loop, options);
    const absl::Status status = co_await client->open(server);
    if (status.ok()) co_return client;
    failures.push_back(concat(server.display(), ": ", message_of(status)));
    if (!absl::IsUnavailable(status)) code = status.code();
  }
  co_return absl::Status(code, concat("no connection to NATS: ", absl::StrJoin(failures, "; ")));
}

Task<absl::Status> Client::open(ServerAddress server) {
  server_ = std::move(server);
  const Deadline deadline = Deadline::after(options_.connect_timeout());
  auto transport = co_await connect_tcp(loop_, server_, deadline);
  if (!transport.ok()) co_return transport.status();
  transport_ = *std::move(transport);
  arm(connect_timer_, deadline);
  loop_.core().keep(shared_from_this(), run());
  while (!is_open() && !finished_) co_await opened_.wait();
  connect_timer_.unlink();
  if (finished_) co_return end_reason_;
  options_.logger().debug("connected to NATS", {{"server", server_.display()},
                                                {"server_version", server_info().version}});
  arm(ping_timer_, Deadline::after(options_.ping_interval()));
  co_return absl::OkStatus();
}

void Client::on_connect_timer() {
  perform(session_.on_connect_timeout());
}

void Client::on_ping_timer() {
  perform(session_.on_ping_interval());
  if (is_open()) arm(ping_timer_, Deadline::after(options_.ping_interval()));
}

// --- reading and writing

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

// --- leaving

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

// --- messages

absl::Status Client::check_sendable(std::string_view header, std::size_t size) const {
  if (!is_open()) return closed_error();
  const ServerInfo& info = session_.info();
  if (header.size() + size > info.max_payload) {
    return absl::ResourceExhaustedError(concat("the message has ", header.size() + size,
                                               " bytes with its headers; the NATS server takes ",
                                               info.max_payload, " at most (max_payload)"));
  }
  if (!header.empty() && !info.headers) {
    return absl::FailedPreconditionError("the NATS server does not support headers");
  }
  if (output_.size() + size > options_.write_limit()) {
    return absl::ResourceExhaustedError(
        concat(output_.size(),
               " bytes wait to be written to the NATS server, which takes them "
               "too slowly; the limit is ",
               options_.write_limit()));
  }
  return absl::OkStatus();
}

absl::Status Client::publish(std::string_view subject, std::string_view reply,
                             std::string_view header, std::size_t size,
                             absl::FunctionRef<void(char*)> write_payload) {
  if (absl::Status status = check_sendable(header, size); !status.ok()) return status;
  write_payload(wire::append_publish(output_, subject, reply, header, size));
  ++statistics_.messages_out;
  wake_writer();
  return absl::OkStatus();
}

absl::Status Client::start_request(PendingRequest& request, Deadline deadline,
                                   std::string_view subject, std::string_view header,
                                   std::size_t size, absl::FunctionRef<void(char*)> write_payload) {
  if (absl::Status status = check_sendable(header, size); !status.ok()) return status;
  if (!inbox_subscribed_) {
    inbox_subscribed_ = true;
    wire::append_subscribe(output_, requests_.wildcard(), "", kInboxSubscription);
  }
  const std::string_view reply = requests_.open(request);
  write_payload(wire::append_publish(output_, subject, reply, header, size));
  ++statistics_.messages_out;
  arm(request, deadline);
  wake_writer();
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<SubscriptionState>> Client::subscribe(
    std::string_view subject, const SubscribeOptions& options,
    std::function<void(const MessageView&)> callback) {
  if (absl::Status status = check_subscribe_subject(subject); !status.ok()) return status;
  if (!options.queue_group().empty()) {
    if (absl::Status status = check_queue_group(options.queue_group()); !status.ok()) return status;
  }
  if (!is_open()) return closed_error();
  auto subscription = std::make_shared<SubscriptionState>();
  subscription->client = weak_from_this();
  subscription->id = next_subscription_++;
  subscription->subject = std::string(subject);
  subscription->queue_group = options.queue_group();
  subscription->callback = std::move(callback);
  subscription->pending_limit = options.pending_limit();
  subscriptions_.emplace(subscription->id, subscription);
  wire::append_subscribe(output_, subject, options.queue_group(), subscription->id);
  wake_writer();
  return subscription;
}

void Client::send_unsubscribe(SubscriptionState& subscription) {
  if (!is_open() || subscription.ended || subscription.unsubscribed) return;
  subscription.unsubscribed = true;
  wire::append_unsubscribe(output_, subscription.id);
  wake_writer();
}

void Client::unsubscribe(SubscriptionState& subscription) {
  send_unsubscribe(subscription);
  subscription.end(absl::CancelledError("unsubscribed"));
  forget(subscription);
}

void Client::unsubscribe_after(SubscriptionState& subscription, std::uint64_t count) {
  if (!is_open() || subscription.ended) return;
  if (count <= subscription.received) return unsubscribe(subscription);
  subscription.max = count;
  wire::append_unsubscribe(output_, subscription.id, count);
  wake_writer();
}

void Client::forget(const SubscriptionState& subscription) {
  subscriptions_.erase(subscription.id);
}

}  // namespace fairlead::nats
