#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include <absl/status/status.h>

namespace fairlead::rpc {

/// What a frame of a stream is; the value is its letter on the wire.
enum class FrameKind : char {
  kMessage = 'm',
  kWindow = 'w',
  kEnd = 'e',
  kCancel = 'x',
  kHeartbeat = 'h',
};

/// The header `fl-frame` of a frame: what it is, and its number.
struct Frame {
  FrameKind kind = FrameKind::kHeartbeat;
  std::uint64_t number = 0;
};

/// How much a side of a stream is ready to take, counted from the start of the stream.
struct StreamWindow {
  static constexpr std::uint64_t kUnlimited = std::numeric_limits<std::uint64_t>::max();

  std::uint64_t messages = 0;
  /// Of payloads; the message that reaches it may go beyond. A peer that says nothing of bytes is
  /// unlimited in them.
  std::uint64_t bytes = kUnlimited;
};

/// A header block with nothing but `fl-frame`, put together in the object itself.
class FrameHeader {
 public:
  explicit FrameHeader(Frame frame);
  FrameHeader(const FrameHeader&) = delete;
  FrameHeader& operator=(const FrameHeader&) = delete;

  std::string_view block() const { return {buffer_, size_}; }

 private:
  char buffer_[48];
  std::size_t size_;
};

/// What the header block of a received frame says. The views point into the block.
struct FrameHead {
  /// Nothing: no frame of a stream.
  std::optional<Frame> frame;
  /// Where frames for the sender go (`fl-peer`); empty if it does not say.
  std::string_view peer;
  std::uint64_t window_bytes = StreamWindow::kUnlimited;
};

/// Reads the header block of a frame. INTERNAL if it or one of the headers is malformed.
absl::Status read_frame(std::string_view header_block, FrameHead& head);

/// What the request that opens a stream says of the caller's window (`fl-stream`): nothing if it
/// opens none. INVALID_ARGUMENT if that is malformed.
absl::Status read_stream_open(std::string_view header_block, std::optional<StreamWindow>& window);

}  // namespace fairlead::rpc
