#include "rpc/stream_core.hpp"

#include <cstring>
#include <utility>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {
namespace {

using Side = StreamState::Side;

Deadline::TimePoint now() {
  return Deadline::Clock::now();
}

}  // namespace

StreamCore::StreamCore(Side side, Loop& loop, FrameSink* sink)
    : loop_(loop), sink_(sink), side_(side), state_(side, kStreamRoom, now()), timer_([this] {
        on_timer();
      }) {}

void StreamCore::start_timer() {
  loop_.core().arm(timer_, Deadline::at(state_.next_time()));
}

void StreamCore::on_timer() {
  const auto self = shared_from_this();
  perform(state_.on_time(now()));
  if (!state_.ended()) start_timer();
}

// --- the program's side

Task<bool> StreamCore::read(google::protobuf::Message& message) {
  const auto self = shared_from_this();
  while (inbox_.empty()) {
    if (state_.peer_closed()) co_return false;
    co_await readable_.wait();
  }
  const std::size_t size = inbox_.front().size();
  const absl::Status decoded = decode(encoding_, inbox_.front(), message);
  inbox_.pop();
  if (!decoded.ok()) {
    fail(unreadable(decoded));
    inbox_.clear();
    co_return false;
  }
  perform(state_.consume(size));
  co_return true;
}

Task<absl::Status> StreamCore::write(const google::protobuf::Message& message) {
  const auto self = shared_from_this();
  while (!state_.can_send() || !sink_->is_writable()) {
    if (state_.closed()) co_return end_error();
    // Either way the end of the stream wakes it.
    if (state_.can_send()) {
      co_await sink_->written(room_);
    } else {
      co_await room_.wait();
    }
  }
  co_return send_message(message);
}

absl::Status StreamCore::send_message(const google::protobuf::Message& message) {
  std::size_t size = 0;
  if (encoding_ == Encoding::kJson) {
    if (absl::Status encoded = encode_json(message, json_); !encoded.ok()) return encoded;
    size = json_.size();
  } else {
    size = message.ByteSizeLong();
  }
  const FrameHeader header({FrameKind::kMessage, state_.sent() + 1});
  if (header.block().size() + size > sink_->max_reply_size()) {
    return absl::ResourceExhaustedError(concat("the message has ", header.block().size() + size,
                                               " bytes with its headers; the NATS server takes ",
                                               sink_->max_reply_size(), " at most (max_payload)"));
  }
  absl::Status sent = sink_->send(peer_, header.block(), size, [&](char* to) {
    if (encoding_ == Encoding::kJson) {
      std::memcpy(to, json_.data(), size);
    } else {
      message.SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to));
    }
  });
  if (sent.ok()) state_.send(size, now());
  return sent;
}

void StreamCore::cancel() {
  const auto self = shared_from_this();
  inbox_.clear();
  fail(absl::CancelledError("the stream was cancelled by this side"));
}

Task<absl::Status> StreamCore::finish() {
  const auto self = shared_from_this();
  discards_ = true;
  while (!inbox_.empty()) {
    const std::size_t size = inbox_.front().size();
    inbox_.pop();
    perform(state_.consume(size));
  }
  while (!state_.ended()) co_await finished_.wait();
  co_return state_.status();
}

// Why nothing can be written.
absl::Status StreamCore::end_error() const {
  if (!state_.status().ok()) return state_.status();
  if (!state_.ended()) {
    return absl::FailedPreconditionError("this side has said that it writes no more");
  }
  return absl::FailedPreconditionError("the stream has ended");
}

absl::Status StreamCore::unreadable(const absl::Status& reason) const {
  if (side_ == Side::kServer) return reason;
  return absl::InternalError(concat("a message cannot be read: ", message_of(reason)));
}

// --- the peer's side

void StreamCore::on_frame(std::string_view header, std::string_view payload) {
  const auto self = shared_from_this();  // who is woken may let go of it
  FrameHead head;
  if (const absl::Status status = read_frame(header, head); !status.ok()) return fail(status);
  if (!head.frame) return on_other(header);
  const std::uint64_t number = head.frame->number;
  switch (head.frame->kind) {
    case FrameKind::kMessage: {
      const StreamActions actions = state_.on_message(number, now(), payload.size());
      if (actions.begin() != actions.end() && *actions.begin() == StreamAction::kDeliver) {
        deliver(payload);
      } else {
        perform(actions);
      }
      return;
    }
    case FrameKind::kWindow:
      if (side_ == Side::kClient && peer_.empty()) meet(head.peer);
      return perform(state_.on_window({number, head.window_bytes}, now()));
    case FrameKind::kEnd:
      return on_end(number, header);
    case FrameKind::kCancel:
      return perform(state_.on_cancel());
    case FrameKind::kHeartbeat:
      return state_.on_heartbeat(now());
  }
}

// The instance that serves the stream has answered.
void StreamCore::meet(std::string_view peer) {
  on_met();
  peer_ = peer;
  if (std::exchange(owes_end_, false)) send_control(FrameKind::kEnd, state_.sent());
}

void StreamCore::on_end(std::uint64_t count, std::string_view header) {
  absl::Status status;
  if (side_ == Side::kClient) {
    status = read_status(header);
    on_end_header(header);
  }
  perform(state_.on_end(count, std::move(status), now()));
}

// A service that does not know the method as a stream replies as to any request.
void StreamCore::on_other(std::string_view header) {
  if (side_ == Side::kServer) {
    return fail(absl::InvalidArgumentError("a frame has no header fl-frame"));
  }
  absl::Status status = read_status(header);
  on_end_header(header);
  if (status.ok()) status = absl::InternalError("the service answered with what is no stream");
  drop(status);
}

void StreamCore::deliver(std::string_view payload) {
  if (discards_) return perform(state_.consume(payload.size()));
  inbox_.push(payload);
  readable_.wake();
}

void StreamCore::perform(const StreamActions& actions) {
  for (const StreamAction action : actions) {
    switch (action) {
      case StreamAction::kDeliver:
        break;  // deliver() has the payload
      case StreamAction::kReadable:
        readable_.wake();
        break;
      case StreamAction::kWritable:
        room_.wake();
        break;
      case StreamAction::kSendWindow:
        send_control(FrameKind::kWindow, state_.granted().messages);
        break;
      case StreamAction::kSendHeartbeat:
        send_control(FrameKind::kHeartbeat, 0);
        break;
      case StreamAction::kSendCancel:
        send_control(FrameKind::kCancel, 0);
        break;
      case StreamAction::kSendEnd:
        send_control(FrameKind::kEnd, state_.sent());
        break;
      case StreamAction::kEnded: {
        const auto self = shared_from_this();
        timer_.unlink();
        if (side_ == Side::kServer) inbox_.clear();
        on_ended();
        readable_.wake();
        room_.wake();
        finished_.wake();
        break;
      }
    }
  }
}

void StreamCore::send_control(FrameKind kind, std::uint64_t number) {
  if (peer_.empty()) {  // the instance that serves it has not answered yet
    if (kind == FrameKind::kEnd) owes_end_ = true;
    if (kind == FrameKind::kCancel) owes_cancel_ = true;
    return;
  }
  headers_.clear();
  const char letter = static_cast<char>(kind);
  headers_.add("fl-frame", concat(std::string_view(&letter, 1), " ", number));
  if (kind == FrameKind::kWindow) {
    headers_.add("fl-window-bytes", concat(state_.granted().bytes));
    add_window_headers(headers_);
  }
  if (kind == FrameKind::kEnd) add_end_headers(headers_);
  if (headers_.finish().size() > sink_->max_reply_size()) {
    headers_.clear();
    headers_.add("fl-frame", concat(std::string_view(&letter, 1), " ", number));
    auto code = state_.status().code();
    if (code == absl::StatusCode::kOk) code = absl::StatusCode::kResourceExhausted;
    write_status(
        absl::Status(code, "the status and metadata of the stream are too long to be sent"),
        headers_);
  }
  // A connection that takes nothing more ends the stream by itself, here or by silence.
  sink_->send(peer_, headers_.finish(), 0, [](char*) {}).IgnoreError();
  state_.said(now());
}

}  // namespace fairlead::rpc
