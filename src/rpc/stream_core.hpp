#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/loop.hpp"
#include "fairlead/stream.hpp"

#include "core/deadline_callback.hpp"
#include "core/waiter.hpp"
#include "rpc/codec.hpp"
#include "rpc/frame_wire.hpp"
#include "rpc/stream_inbox.hpp"
#include "rpc/stream_route.hpp"
#include "rpc/stream_state.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// What a stream keeps for a reader that is slow. A sender on the same machine is never held up by
/// so many small messages; so many bytes are the memory that a stream may take.
constexpr StreamWindow kStreamRoom{4096, 1 << 20};

/// One side of a stream on its loop: does what a StreamState says, with frames, a queue for the
/// reader and coroutines that wait. Frames that come are handed in with on_frame(), frames that go
/// leave through a sink.
class StreamCore : public Stream, public std::enable_shared_from_this<StreamCore> {
 public:
  /// All that is referred to lives until the stream has ended. `sink` is null while it is not known
  /// where frames go; see on_met().
  StreamCore(StreamState::Side side, Loop& loop, FrameSink* sink);

  Task<bool> read(google::protobuf::Message& message) override;
  Task<absl::Status> write(const google::protobuf::Message& message) override;
  void close_writing() override { perform(state_.close()); }
  void cancel() override;
  Task<absl::Status> finish() override;
  absl::Status status() const override { return state_.status(); }

  /// Whether its frames go there, and so come from there.
  bool uses(const ReplySink& sink) const { return sink_ == &sink; }

  /// A frame of the peer. The views hold until this returns.
  void on_frame(std::string_view header, std::string_view payload);

  /// Ends it with `status`, which the peer is told as well as it can be.
  void fail(const absl::Status& status) { perform(state_.fail(status)); }
  /// Ends it with `status`; the peer cannot be told.
  void drop(const absl::Status& status) { perform(state_.drop(status)); }

 protected:
  /// Begins to watch whether the peer lives.
  void start_timer();
  void perform(const StreamActions& actions);
  void send_control(FrameKind kind, std::uint64_t number);
  void deliver(std::string_view payload);

  /// The peer has answered, and is about to be known: the sink is now, too.
  virtual void on_met() {}
  /// Beside `fl-frame` in frames of these kinds.
  virtual void add_window_headers(wire::HeaderWriter&) {}
  virtual void add_end_headers(wire::HeaderWriter&) {}
  /// The peer has ended the stream; `header` may hold metadata.
  virtual void on_end_header(std::string_view) {}
  /// The stream has ended; once.
  virtual void on_ended() = 0;

  Loop& loop_;
  FrameSink* sink_;
  const StreamState::Side side_;
  StreamState state_;
  std::string peer_;  // where frames go; empty while it is not known
  Encoding encoding_ = Encoding::kProtobuf;
  bool owes_cancel_ = false;  // to a peer that was not known when the stream ended

 private:
  absl::Status send_message(const google::protobuf::Message& message);
  absl::Status end_error() const;
  absl::Status unreadable(const absl::Status& reason) const;
  void meet(std::string_view peer);
  void on_end(std::uint64_t count, std::string_view header);
  void on_other(std::string_view header);
  void on_timer();

  StreamInbox inbox_;
  bool discards_ = false;  // nobody will read
  bool owes_end_ = false;  // to a peer that is not known yet
  Waiter readable_;
  Waiter room_;
  Waiter finished_;
  DeadlineCallback timer_;
  wire::HeaderWriter headers_;
  std::string json_;
};

}  // namespace fairlead::rpc
