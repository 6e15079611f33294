#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"

#include "rpc/frame_wire.hpp"

namespace fairlead::rpc {

/// What the driver of a stream is to do.
enum class StreamAction {
  kDeliver,        // keep the message for the reader, and wake it
  kReadable,       // wake the reader: no more messages will come
  kWritable,       // wake the writer: there is room, or there will be none
  kSendWindow,     // frame w, with granted()
  kSendHeartbeat,  // frame h
  kSendCancel,     // frame x
  kSendEnd,        // frame e, with sent(); from a server with status()
  kEnded,          // status() is final: wake all, forget the peer
};

std::string_view to_string(StreamAction action);

/// The few actions that one event leads to, in their order.
class StreamActions {
 public:
  StreamActions() = default;
  StreamActions(std::initializer_list<StreamAction> actions) {
    for (const StreamAction action : actions) actions_[size_++] = action;
  }

  const StreamAction* begin() const { return actions_.data(); }
  const StreamAction* end() const { return actions_.data() + size_; }
  bool empty() const { return size_ == 0; }

 private:
  std::array<StreamAction, 3> actions_{};
  std::size_t size_ = 0;
};

/// The life of a stream as one of its two sides sees it: windows both ways, order, half close, end,
/// and whether the peer lives. Without I/O: it is told what happened and says what to do.
///
/// Windows are counted from the start of the stream, in messages and in bytes of payload: a side
/// may send while it has sent less than the peer's window in both. The reader's side moves its own
/// window forward as messages are consumed, half a window at a time.
class StreamState {
 public:
  using TimePoint = Deadline::TimePoint;

  enum class Side { kClient, kServer };

  /// Silence after which a side says that it lives.
  static constexpr std::chrono::seconds kHeartbeat{5};
  /// Silence of the peer after which it counts as dead: three heartbeats.
  static constexpr std::chrono::seconds kDead{15};

  /// `room` is how much this side keeps for its reader at most.
  StreamState(Side side, StreamWindow room, TimePoint now);

  // --- what this side does

  /// From now on the peer may send: the window that is told first. A client's is open from the
  /// start, as its request tells it.
  StreamActions open();
  /// The kind of the method has no messages of the peer, or none of this side, in a stream.
  void expect_nothing() { peer_closed_ = true; }
  void send_nothing() { closed_ = true; }

  bool can_send() const {
    return !ended_ && !closed_ && sent_ < window_.messages && sent_bytes_ < window_.bytes;
  }
  /// A message of `size` bytes is sent; returns its number. Only if can_send().
  std::uint64_t send(std::size_t size, TimePoint now);
  /// No more messages will be sent (a client's half close).
  StreamActions close();
  /// The reader has taken a message of `size` bytes.
  StreamActions consume(std::size_t size);
  /// The stream is over, with `status`: a server's handler has returned.
  StreamActions finish(absl::Status status);
  /// The stream is over for a reason of this side's, which the peer is told as well as it can be.
  StreamActions fail(absl::Status status);
  /// The stream is over, and there is no way to tell the peer.
  StreamActions drop(absl::Status status);

  // --- what comes from the peer

  /// `size` is that of its payload.
  StreamActions on_message(std::uint64_t number, TimePoint now, std::size_t size = 0);
  StreamActions on_window(StreamWindow window, TimePoint now);
  /// `status` is the server's; of no meaning from a client.
  StreamActions on_end(std::uint64_t count, absl::Status status, TimePoint now);
  StreamActions on_cancel();
  void on_heartbeat(TimePoint now) { heard_ = now; }

  // --- time

  /// When on_time() has something to do next, at the earliest.
  TimePoint next_time() const;
  StreamActions on_time(TimePoint now);
  /// A frame other than a message was sent.
  void said(TimePoint now) { said_ = now; }

  // --- what is known

  const StreamWindow& granted() const { return granted_; }
  std::uint64_t sent() const { return sent_; }
  std::uint64_t received() const { return received_; }
  bool ended() const { return ended_; }
  /// This side has said that it sends no more, or the stream has ended.
  bool closed() const { return closed_ || ended_; }
  /// No more messages will come.
  bool peer_closed() const { return peer_closed_ || ended_; }
  /// How it ended; OK before.
  const absl::Status& status() const { return status_; }

 private:
  void end(absl::Status status);
  std::string_view peer_name() const;

  const Side side_;
  const StreamWindow room_;

  StreamWindow window_{0, StreamWindow::kUnlimited};  // the peer's
  std::uint64_t sent_ = 0;
  std::uint64_t sent_bytes_ = 0;
  bool closed_ = false;

  StreamWindow granted_{0, 0};  // this side's
  std::uint64_t received_ = 0;
  std::uint64_t received_bytes_ = 0;
  std::uint64_t consumed_ = 0;
  std::uint64_t consumed_bytes_ = 0;
  bool peer_closed_ = false;

  TimePoint heard_;
  TimePoint said_;
  bool ended_ = false;
  absl::Status status_;
};

}  // namespace fairlead::rpc
