#include "nats/link.hpp"

#include <algorithm>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "nats/handshake.hpp"

namespace fairlead::nats {
namespace {

constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back when empty

TlsUse tls_use(const ServerAddress& server, const ConnectOptions& options) {
  if (options.tls() && options.tls()->first()) return TlsUse::kFirst;
  return options.tls() || server.tls ? TlsUse::kDemanded : TlsUse::kIfRequired;
}

}  // namespace

/// One flush() that waits for its PONG.
class Link::FlushWaiter final : public DeadlineNode {
 public:
  explicit FlushWaiter(Link& link) : link_(link) { link_.flushes_.push_back(this); }
  ~FlushWaiter() override {
    // The PONG will still come, so the place in the queue stays.
    std::replace(link_.flushes_.begin(), link_.flushes_.end(), this,
                 static_cast<FlushWaiter*>(nullptr));
  }
  void on_deadline() override {
    timed_out = true;
    ended.wake();
  }

  Waiter ended;
  bool flushed = false;
  bool timed_out = false;

 private:
  Link& link_;
};

/// While one of these lives, writes wait.
class Link::WriteHold {
 public:
  explicit WriteHold(Link& link) : link_(link) { ++link_.write_holds_; }
  ~WriteHold() {
    if (--link_.write_holds_ == 0) link_.wake_writer();
  }
  WriteHold(const WriteHold&) = delete;
  WriteHold& operator=(const WriteHold&) = delete;

 private:
  Link& link_;
};

Link::Link(Loop& loop, LinkOwner& owner, ServerAddress server, const ConnectOptions& options,
           Statistics& statistics)
    : loop_(loop),
      owner_(owner),
      server_(std::move(server)),
      options_(options),
      statistics_(statistics),
      session_(tls_use(server_, options_)) {}

Link::~Link() = default;

Task<void> Link::run() {
  connect_deadline_ = Deadline::after(options_.connect_timeout());
  auto transport = co_await connect_tcp(loop_, server_, connect_deadline_, connect_abort_);
  if (!is_closed()) {
    if (transport.ok()) {
      transport_ = *std::move(transport);
      loop_.core().arm(connect_timer_, connect_deadline_);
      perform(session_.on_connected());
      co_await read_and_write();
    } else {
      perform(session_.on_lost(transport.status()));
    }
  }
  // Sockets must not outlive their loop, as a handle of this connection might.
  transport_.reset();
  while (!flushes_.empty()) {
    FlushWaiter* const waiter = flushes_.front();
    flushes_.pop_front();
    if (waiter) waiter->ended.wake();
  }
}

Task<void> Link::read_and_write() {
  TaskScope scope(loop_);
  scope.spawn(write_loop());
  co_await read_loop();
  co_await scope.join();
}

Task<void> Link::read_loop() {
  while (!is_closed()) {
    if (encrypt_next_) co_await encrypt();
    if (is_closed()) break;
    char* const space = input_.prepare(kReadSize);
    const std::size_t size = input_.space();
    const auto count = co_await transport_->read_some(space, size);
    if (is_closed()) break;
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

Task<void> Link::encrypt() {
  encrypt_next_ = false;
  if (!input_.empty()) {
    // Who sits between could put commands there, to be obeyed as if they had come encrypted.
    perform(session_.on_lost(absl::UnavailableError("bytes came in the clear behind INFO")));
    co_return;
  }
  TlsOptions tls;
  if (options_.tls()) tls = *options_.tls();
  std::string name = server_.tls_name.empty() ? server_.host : server_.tls_name;
  if (!tls.server_name().empty()) name = tls.server_name();
  const absl::Status status = co_await transport_->start_tls(tls, name, connect_deadline_);
  if (!is_closed()) perform(session_.on_tls(status));
}

Task<void> Link::write_loop() {
  while (!is_closed()) {
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
    if (!is_closed()) owner_.on_link_written(*this);
  }
}

void Link::handle_input() {
  const WriteHold hold(*this);
  while (!input_.empty() && !is_closed() && !encrypt_next_) {
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

void Link::handle(const wire::Operation& operation) {
  switch (operation.kind) {
    case wire::OperationKind::kMessage:
      return owner_.on_message(operation);
    case wire::OperationKind::kPing:
      return perform(session_.on_ping());
    case wire::OperationKind::kPong:
      return perform(session_.on_pong());
    case wire::OperationKind::kOk:
      return;
    case wire::OperationKind::kError:
      perform(session_.on_error(operation.payload));
      refused_ = absl::IsUnauthenticated(reason_);
      return;
    case wire::OperationKind::kInfo:
      return perform(session_.on_info(parse_server_info(operation.payload)));
  }
}

void Link::perform(const Session::Actions& actions) {
  for (const Action& action : actions) perform(action);
  wake_writer();
}

void Link::perform(const Action& action) {
  switch (action.kind) {
    case ActionKind::kStartTls:
      encrypt_next_ = true;
      break;
    case ActionKind::kSendConnect:
      send_connect();
      break;
    case ActionKind::kSendPing:
      output_.append("PING\r\n");
      break;
    case ActionKind::kSendPong:
      output_.append("PONG\r\n");
      break;
    case ActionKind::kOpened:
      connect_timer_.unlink();
      loop_.core().arm(ping_timer_, Deadline::after(options_.ping_interval()));
      owner_.on_link_open(*this);
      break;
    case ActionKind::kFlushed:
      on_flushed();
      break;
    case ActionKind::kReportError:
      owner_.on_link_error(*this, action.error);
      break;
    case ActionKind::kReportInfo:
      owner_.on_link_info(*this);
      break;
    case ActionKind::kClose:
      on_closed(action.status);
      break;
  }
}

void Link::send_connect() {
  const auto line = connect_line(session_.info(), server_, options_, session_.encrypted());
  if (!line.ok()) {
    // Credentials that are known here to be no good are as good as refused.
    refused_ = absl::IsUnauthenticated(line.status());
    return perform(session_.on_lost(line.status()));
  }
  output_.append(*line);
  output_.append("PING\r\n");
}

void Link::on_flushed() {
  FlushWaiter* const waiter = flushes_.front();
  flushes_.pop_front();
  if (!waiter) return;
  waiter->flushed = true;
  waiter->ended.wake();
}

void Link::on_closed(const absl::Status& reason) {
  reason_ = reason;
  ping_timer_.unlink();
  connect_timer_.unlink();
  connect_abort_.abort();
  if (transport_) transport_->close();
  writer_.wake();
}

void Link::on_ping_timer() {
  perform(session_.on_ping_interval());
  if (is_open()) loop_.core().arm(ping_timer_, Deadline::after(options_.ping_interval()));
}

Task<absl::Status> Link::flush(Deadline deadline) {
  if (!is_open()) co_return absl::UnavailableError("there is no connection to NATS");
  FlushWaiter waiter(*this);
  perform(session_.on_flush());
  loop_.core().arm(waiter, deadline);
  if (!waiter.flushed && !is_closed()) co_await waiter.ended.wait();
  if (waiter.flushed) co_return absl::OkStatus();
  if (waiter.timed_out) {
    co_return absl::DeadlineExceededError("the NATS server did not answer PING in time");
  }
  co_return absl::UnavailableError(
      "the connection to NATS was lost before the server had confirmed; what was sent may have "
      "been lost");
}

}  // namespace fairlead::nats
