#include "nats/link.hpp"

#include <algorithm>
#include <utility>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "nats/handshake.hpp"

namespace fairlead::nats {
namespace {

constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back when empty
// Beyond what publishing may fill, for a server that PINGs while it does not read.
constexpr std::size_t kRoomForPongs = 1 << 20;
// How long a server is listened to that takes no more.
constexpr auto kLastWordsTime = std::chrono::seconds(1);

TlsUse tls_use(const ServerAddress& server, const ConnectOptions& options) {
  if (options.tls() && options.tls()->first()) return TlsUse::kFirst;
  return options.tls() || server.tls ? TlsUse::kDemanded : TlsUse::kIfRequired;
}

}  // namespace

/// The handling of what a read has brought.
class Link::Turn {
 public:
  explicit Turn(Link& link) : link_(link) { link_.turn_.begin(link_.output_.size()); }
  ~Turn() {
    link_.turn_.end(link_.output_.size());
    link_.wake_writer();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

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
  end_flushes();
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
    char* const space = input_.prepare(std::max(kReadSize, std::exchange(missing_, 0)));
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
    if (!may_write()) {
      co_await writer_.wait();
      continue;
    }
    turn_.on_write(output_.size());
    swap(output_, sending_);
    const absl::Status status = co_await transport_->write(sending_.view());
    ++statistics_.writes;
    statistics_.bytes_out += sending_.size();
    sending_.clear();
    sending_.shrink(kKeepBuffer);
    if (is_closed()) break;
    if (!status.ok()) {
      // What the server said before it hung up is still to be read: replies, and perhaps why.
      write_error_ = status;
      loop_.core().arm(last_words_timer_, Deadline::after(kLastWordsTime));
      co_return;
    }
    owner_.on_link_written(*this);
  }
}

void Link::handle_input() {
  const Turn turn(*this);
  while (!input_.empty() && !is_closed() && !encrypt_next_) {
    wire::Operation operation;
    const wire::ParseResult result = wire::parse(input_.view(), limits_, operation);
    if (result.outcome == wire::ParseOutcome::kNeedMore) {
      missing_ = result.needed - std::min(result.needed, input_.size());
      return;
    }
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
    case wire::OperationKind::kConnect:  // no server sends it
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
      if (unwritten() > options_.write_limit() + kRoomForPongs) {
        perform(session_.on_lost(absl::UnavailableError(
            "the NATS server sends PINGs and does not take the answers to them")));
      }
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

void Link::on_closed(const absl::Status& reason) {
  reason_ = reason;
  ping_timer_.unlink();
  connect_timer_.unlink();
  last_words_timer_.unlink();
  connect_abort_.abort();
  if (transport_) transport_->close();
  writer_.wake();
}

void Link::on_ping_timer() {
  perform(session_.on_ping_interval());
  if (is_open()) loop_.core().arm(ping_timer_, Deadline::after(options_.ping_interval()));
}

}  // namespace fairlead::nats
