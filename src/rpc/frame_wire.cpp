#include "rpc/frame_wire.hpp"

#include <charconv>
#include <cstring>

#include "core/strings.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {
namespace {

constexpr std::string_view kStart = "NATS/1.0\r\nfl-frame: ";
constexpr std::string_view kEnd = "\r\n\r\n";

// `m 17`
std::optional<Frame> parse_frame(std::string_view value) {
  if (value.size() < 3 || value[1] != ' ') return std::nullopt;
  Frame frame;
  frame.kind = static_cast<FrameKind>(value[0]);
  switch (frame.kind) {
    case FrameKind::kMessage:
    case FrameKind::kWindow:
    case FrameKind::kEnd:
    case FrameKind::kCancel:
    case FrameKind::kHeartbeat:
      break;
    default:
      return std::nullopt;
  }
  const char* const end = value.data() + value.size();
  const auto [stopped, error] = std::from_chars(value.data() + 2, end, frame.number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return frame;
}

std::string shown(std::string_view value) {
  return concat("\"", escape(value.substr(0, 40)), "\"");
}

}  // namespace

FrameHeader::FrameHeader(Frame frame) {
  static_assert(kStart.size() + 2 + 20 + kEnd.size() <= sizeof(buffer_));
  std::memcpy(buffer_, kStart.data(), kStart.size());
  char* at = buffer_ + kStart.size();
  *at++ = static_cast<char>(frame.kind);
  *at++ = ' ';
  at = std::to_chars(at, buffer_ + sizeof(buffer_), frame.number).ptr;
  std::memcpy(at, kEnd.data(), kEnd.size());
  size_ = static_cast<std::size_t>(at - buffer_) + kEnd.size();
}

absl::Status read_frame(std::string_view header_block, FrameHead& head) {
  // Almost all frames have this one header, as FrameHeader writes it.
  if (header_block.starts_with(kStart) && header_block.ends_with(kEnd)) {
    const std::string_view value =
        header_block.substr(kStart.size(), header_block.size() - kStart.size() - kEnd.size());
    head.frame = parse_frame(value);
    if (head.frame) return absl::OkStatus();
  }
  wire::HeaderReader reader(header_block);
  while (reader.next()) {
    if (equals_ignore_case(reader.key(), "fl-frame")) {
      head.frame = parse_frame(reader.value());
      if (!head.frame) {
        return absl::InternalError(
            concat("the header fl-frame is ", shown(reader.value()), "; \"m 1\" is one"));
      }
    } else if (equals_ignore_case(reader.key(), "fl-peer")) {
      head.peer = reader.value();
    } else if (equals_ignore_case(reader.key(), "fl-window-bytes")) {
      const auto bytes = parse_number(reader.value());
      if (!bytes) {
        return absl::InternalError(
            concat("the header fl-window-bytes is ", shown(reader.value()), ", not a number"));
      }
      head.window_bytes = *bytes;
    }
  }
  if (!reader.valid()) return absl::InternalError("the header block of a frame is malformed");
  return absl::OkStatus();
}

absl::Status read_stream_open(std::string_view header_block, std::optional<StreamWindow>& window) {
  wire::HeaderReader reader(header_block);
  StreamWindow found;
  bool is_stream = false;
  while (reader.next()) {
    const bool messages = equals_ignore_case(reader.key(), "fl-stream");
    if (!messages && !equals_ignore_case(reader.key(), "fl-window-bytes")) continue;
    const auto number = parse_number(reader.value());
    if (!number) {
      return absl::InvalidArgumentError(
          concat("the header ", reader.key(), " is ", shown(reader.value()), ", not a number"));
    }
    (messages ? found.messages : found.bytes) = *number;
    is_stream = is_stream || messages;
  }
  if (is_stream) window = found;
  return absl::OkStatus();
}

}  // namespace fairlead::rpc
