#include "rpc/stream_state.hpp"

#include <algorithm>
#include <utility>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

// "message 3", "messages 3 to 5"
std::string name_messages(std::uint64_t first, std::uint64_t last) {
  if (first == last) return concat("message ", first);
  return concat("messages ", first, " to ", last);
}

absl::Status lost(std::uint64_t first, std::uint64_t last) {
  return absl::DataLossError(concat(name_messages(first, last), " of the stream ",
                                    first == last ? "was" : "were", " lost on the way"));
}

}  // namespace

std::string_view to_string(StreamAction action) {
  switch (action) {
    case StreamAction::kDeliver:
      return "deliver";
    case StreamAction::kReadable:
      return "wake the reader";
    case StreamAction::kWritable:
      return "wake the writer";
    case StreamAction::kSendWindow:
      return "send window";
    case StreamAction::kSendHeartbeat:
      return "send heartbeat";
    case StreamAction::kSendCancel:
      return "send cancel";
    case StreamAction::kSendEnd:
      return "send end";
    case StreamAction::kEnded:
      return "ended";
  }
  return "unknown";
}

StreamState::StreamState(Side side, StreamWindow room, TimePoint now)
    : side_(side), room_(room), heard_(now), said_(now) {
  if (side_ == Side::kClient) granted_ = room_;
}

std::string_view StreamState::peer_name() const {
  return side_ == Side::kClient ? "the service" : "the caller";
}

StreamActions StreamState::open() {
  granted_ = room_;
  return {StreamAction::kSendWindow};
}

std::uint64_t StreamState::send(std::size_t size, TimePoint now) {
  sent_bytes_ += size;
  said_ = now;
  return ++sent_;
}

StreamActions StreamState::close() {
  if (closed()) return {};
  closed_ = true;
  return {StreamAction::kSendEnd, StreamAction::kWritable};
}

StreamActions StreamState::consume(std::size_t size) {
  ++consumed_;
  consumed_bytes_ += size;
  if (peer_closed()) return {};
  const bool many = consumed_ + room_.messages - granted_.messages >= (room_.messages + 1) / 2;
  const bool large = consumed_bytes_ + room_.bytes - granted_.bytes >= (room_.bytes + 1) / 2;
  if (!many && !large) return {};
  granted_ = {consumed_ + room_.messages, consumed_bytes_ + room_.bytes};
  return {StreamAction::kSendWindow};
}

void StreamState::end(absl::Status status) {
  ended_ = true;
  status_ = std::move(status);
}

StreamActions StreamState::finish(absl::Status status) {
  if (ended_) return {};
  end(std::move(status));
  return {StreamAction::kSendEnd, StreamAction::kEnded};
}

StreamActions StreamState::fail(absl::Status status) {
  if (side_ == Side::kServer || ended_) return finish(std::move(status));
  end(std::move(status));
  return {StreamAction::kSendCancel, StreamAction::kEnded};
}

StreamActions StreamState::drop(absl::Status status) {
  if (ended_) return {};
  end(std::move(status));
  return {StreamAction::kEnded};
}

StreamActions StreamState::on_message(std::uint64_t number, TimePoint now, std::size_t size) {
  heard_ = now;
  // A number that was there already came twice, by two links while the connection moves.
  if (ended_ || number <= received_) return {};
  if (number > received_ + 1) return fail(lost(received_ + 1, number - 1));
  if (peer_closed_) {
    return fail(absl::InternalError(
        concat(peer_name(), " sent message ", number, " where no more were to come")));
  }
  if (number > granted_.messages) {
    return fail(absl::ResourceExhaustedError(
        concat(peer_name(), " sent message ", number, " past its window of ", granted_.messages)));
  }
  // The message that reaches the window may go beyond it, no other.
  if (received_bytes_ > 0 && received_bytes_ >= granted_.bytes) {
    return fail(absl::ResourceExhaustedError(concat(
        peer_name(), " sent message ", number, " past its window of ", granted_.bytes, " bytes")));
  }
  received_ = number;
  received_bytes_ += size;
  return {StreamAction::kDeliver};
}

StreamActions StreamState::on_window(StreamWindow window, TimePoint now) {
  heard_ = now;
  if (ended_) return {};
  const bool could_send = can_send();
  // Windows only ever grow; an older one may come later by another link.
  window_.messages = std::max(window_.messages, window.messages);
  if (window_.bytes == StreamWindow::kUnlimited || window.bytes > window_.bytes) {
    window_.bytes = window.bytes;
  }
  if (could_send || !can_send()) return {};
  return {StreamAction::kWritable};
}

StreamActions StreamState::on_end(std::uint64_t count, absl::Status status, TimePoint now) {
  heard_ = now;
  if (ended_) return {};
  if (count > received_) return fail(lost(received_ + 1, count));
  if (side_ == Side::kClient) return drop(std::move(status));
  if (peer_closed_) return {};
  peer_closed_ = true;
  return {StreamAction::kReadable};
}

StreamActions StreamState::on_cancel() {
  return drop(absl::CancelledError(concat(peer_name(), " cancelled the stream")));
}

StreamState::TimePoint StreamState::next_time() const {
  return std::min(heard_ + kDead, said_ + kHeartbeat);
}

StreamActions StreamState::on_time(TimePoint now) {
  if (ended_) return {};
  if (now - heard_ >= kDead) {
    return fail(absl::UnavailableError(
        concat("nothing was heard of ", peer_name(), " for ", kDead.count(), " s")));
  }
  if (now - said_ < kHeartbeat) return {};
  said_ = now;
  // A window says as well that this side lives, and mends one that was lost.
  if (!peer_closed_ && granted_.messages > 0) return {StreamAction::kSendWindow};
  return {StreamAction::kSendHeartbeat};
}

}  // namespace fairlead::rpc
