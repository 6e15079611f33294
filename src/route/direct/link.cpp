#include "route/direct/link.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "wire/writer.hpp"

namespace fairlead::route::direct {
namespace {

constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kKeepBuffer = 1 << 20;  // a buffer grown beyond it is given back when empty
// While more than this waits to be written, nothing more is read: who does not take answers gets to
// ask nothing.
constexpr std::size_t kReadBelow = 8 << 20;
// Written at once at most, so that it is seen how a slow peer takes one piece after the other.
constexpr std::size_t kPiece = 256 << 10;
// How long a peer that is refused may take to read why.
constexpr std::chrono::seconds kHangUpTime(1);

}  // namespace

/// While one of these lives, writes wait until there is enough for one.
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

Link::Link(Loop& loop, LinkSession session)
    : loop_(loop),
      session_(std::move(session)),
      handshake_timer_([this] { on_handshake_timeout(); }),
      tick_timer_([this] { on_tick(); }),
      hang_up_timer_([this] { perform(session_.on_lost(hang_up_reason_)); }) {}

void Link::set_limits(const wire::ParseLimits& closed, const wire::ParseLimits& open) {
  closed_limits_ = closed;
  open_limits_ = open;
}

Task<void> Link::run(std::unique_ptr<nats::TcpTransport> transport) {
  if (is_closed()) co_return;
  transport_ = std::move(transport);
  handshake_deadline_ = Deadline::after(LinkSession::kHandshakeTime);
  loop_.core().arm(handshake_timer_, handshake_deadline_);
  perform(session_.on_connected());
  TaskScope scope(loop_);
  scope.spawn(write_loop());
  co_await read_loop();
  co_await scope.join();
  // Sockets must not outlive their loop, as this object might.
  transport_.reset();
  // It may be a callback of this object that has brought the end about; it returns first.
  co_await boost::asio::post(loop_.core().context(), boost::asio::use_awaitable);
}

bool Link::overfull() const {
  return session_.side() == LinkSession::Side::kService && !hanging_up_ && unwritten() > kReadBelow;
}

Task<void> Link::encrypt() {
  encrypt_next_ = false;
  auto engine = make_tls();
  absl::Status status = engine.status();
  if (engine.ok()) {
    status = co_await transport_->start_tls(*std::move(engine), handshake_deadline_);
  }
  if (is_closed()) co_return;
  if (!status.ok()) on_handshake_failed(session_.state());
  perform(session_.on_tls(status));
}

Task<void> Link::read_loop() {
  Waiter room;
  while (!is_closed()) {
    if (encrypt_next_) co_await encrypt();
    while (!is_closed() && overfull()) co_await written(room);
    if (is_closed()) break;
    if (std::exchange(held_back_, false)) {
      handle_input();
      continue;
    }
    char* const space = input_.prepare(std::max(kReadSize, std::exchange(missing_, 0)));
    const std::size_t size = input_.space();
    const auto count = co_await transport_->read_some(space, size);
    if (is_closed()) break;
    if (!count.ok()) {
      perform(session_.on_lost(count.status()));
      break;
    }
    heard_ = true;
    input_.commit(*count);
    handle_input();
    input_.shrink(kKeepBuffer);
  }
}

Task<void> Link::write_loop() {
  while (!is_closed()) {
    const bool encrypting = encrypt_next_ || session_.state() == LinkSession::State::kEncrypting;
    if (encrypting || !may_write()) {
      if (hanging_up_ && output_.empty()) {
        perform(session_.on_lost(hang_up_reason_));
        break;
      }
      co_await writer_.wait();
      continue;
    }
    swap(output_, sending_);
    const absl::Status status = co_await write_pieces();
    sent_ = 0;
    sending_.clear();
    sending_.shrink(kKeepBuffer);
    if (is_closed()) break;
    // What the peer said before it hung up is still to be read.
    if (!status.ok()) {
      if (!hanging_up_) hang_up(status);
      written_.wake_all();
      break;
    }
    written_.wake_all();
  }
}

Task<absl::Status> Link::write_pieces() {
  unhanded_ = sending_.size();
  absl::Status status;
  while (status.ok() && unhanded_ > 0 && !is_closed()) {
    const std::string_view rest = sending_.view().substr(sent_);
    const std::string_view piece = rest.substr(0, kPiece);
    handed_ += piece.size();
    unhanded_ -= piece.size();
    status = co_await transport_->write(piece);
    sent_ += piece.size();
    // Something still waits, so the peer has taken what came before: it lives.
    if (unwritten() > 0) {
      heard_ |= status.ok();
      written_.wake_all();
    }
  }
  unhanded_ = 0;
  co_return status;
}

Task<void> Link::written(Waiter& waiter) {
  if (!is_closed()) co_await written_.wait(waiter);
}

void Link::publish(std::string_view subject, std::string_view reply, std::string_view header,
                   std::size_t size, absl::FunctionRef<void(char*)> write_payload) {
  write_payload(wire::append_publish(output_, subject, reply, header, size));
  wake_writer();
}

void Link::handle_input() {
  const WriteHold hold(*this);
  while (!input_.empty() && !is_closed() && !encrypt_next_) {
    if (session_.state() == LinkSession::State::kHangingUp) return input_.clear();
    held_back_ = overfull();
    if (held_back_) return;
    const bool open = session_.state() >= LinkSession::State::kOpen;
    wire::Operation operation;
    const wire::ParseResult result =
        wire::parse_direct(input_.view(), open ? open_limits_ : closed_limits_, operation);
    if (result.outcome == wire::ParseOutcome::kNeedMore) {
      missing_ = result.needed - std::min(result.needed, input_.size());
      return;
    }
    if (result.outcome == wire::ParseOutcome::kInvalid) {
      on_invalid();
      perform(session_.on_invalid(result.reason));
      return input_.clear();
    }
    handle(operation);
    input_.consume(result.consumed);
  }
}

void Link::handle(const wire::Operation& operation) {
  switch (operation.kind) {
    case wire::OperationKind::kMessage:
      if (session_.state() < LinkSession::State::kOpen) {
        on_handshake_failed(session_.state());
        return perform(session_.on_message());
      }
      return on_message(operation);
    case wire::OperationKind::kPing:
      if (session_.state() < LinkSession::State::kOpen) on_handshake_failed(session_.state());
      return perform(session_.on_ping());
    case wire::OperationKind::kConnect:
      return on_connect(operation.payload);
    case wire::OperationKind::kInfo:
      return perform(session_.on_info(parse_link_info(operation.payload)));
    case wire::OperationKind::kError:
      return perform(session_.on_error(escape(operation.payload)));
    case wire::OperationKind::kPong:
    case wire::OperationKind::kOk:
      return;
  }
}

void Link::perform(const LinkSession::Steps& steps) {
  for (const LinkStep& step : steps) perform(step);
  wake_writer();
}

void Link::perform(const LinkStep& step) {
  switch (step.action) {
    case LinkAction::kStartTls:
      encrypt_next_ = true;
      break;
    case LinkAction::kSendConnect:
      output_.append(concat("CONNECT ", connect_json(token()), "\r\n"));
      break;
    case LinkAction::kSendInfo:
      output_.append(concat("INFO ", to_json(LinkInfo{session_.proof(), false}), "\r\n"));
      break;
    case LinkAction::kSendGoodbye:
      output_.append(concat("INFO ", to_json(LinkInfo{session_.proof(), true}), "\r\n"));
      break;
    case LinkAction::kSendPing:
      output_.append("PING\r\n");
      break;
    case LinkAction::kSendPong:
      output_.append("PONG\r\n");
      break;
    case LinkAction::kSendError:
      output_.append(concat("-ERR '", escape(message_of(step.status)), "'\r\n"));
      break;
    case LinkAction::kOpened:
      handshake_timer_.unlink();
      loop_.core().arm(tick_timer_, Deadline::after(LinkSession::kTick));
      on_opened();
      break;
    case LinkAction::kLeaving:
      on_leaving();
      break;
    case LinkAction::kHangUp:
      hang_up(step.status);
      break;
    case LinkAction::kClose:
      on_closed(step.status);
      break;
  }
}

void Link::hang_up(const absl::Status& reason) {
  hanging_up_ = true;
  hang_up_reason_ = reason;
  handshake_timer_.unlink();
  loop_.core().arm(hang_up_timer_, Deadline::after(kHangUpTime));
}

void Link::on_closed(const absl::Status& reason) {
  const absl::Status why = reason;  // it may be a member that changes
  handshake_timer_.unlink();
  tick_timer_.unlink();
  hang_up_timer_.unlink();
  if (transport_) transport_->close();
  on_ended(why);
  writer_.wake();
  written_.wake_all();
}

void Link::on_tick() {
  perform(session_.on_tick(std::exchange(heard_, false), is_busy()));
  if (!is_closed()) on_second();
  if (!is_closed()) loop_.core().arm(tick_timer_, Deadline::after(LinkSession::kTick));
}

void Link::on_handshake_timeout() {
  on_handshake_failed(session_.state());
  perform(session_.on_handshake_timeout());
}

}  // namespace fairlead::route::direct
