#include "rpc/frame_wire.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

TEST(FrameWire, WhatIsWrittenIsRead) {
  for (const FrameKind kind : {FrameKind::kMessage, FrameKind::kWindow, FrameKind::kEnd,
                               FrameKind::kCancel, FrameKind::kHeartbeat}) {
    for (const std::uint64_t number : {std::uint64_t{0}, std::uint64_t{7}, UINT64_MAX}) {
      const FrameHeader header({kind, number});
      FrameHead head;
      ASSERT_TRUE(read_frame(header.block(), head).ok());
      ASSERT_TRUE(head.frame.has_value());
      EXPECT_EQ(head.frame->kind, kind);
      EXPECT_EQ(head.frame->number, number);
      EXPECT_TRUE(head.peer.empty());
      EXPECT_EQ(head.window_bytes, StreamWindow::kUnlimited);
    }
  }
}

TEST(FrameWire, LooksLikeThis) {
  EXPECT_EQ(FrameHeader({FrameKind::kMessage, 12}).block(), "NATS/1.0\r\nfl-frame: m 12\r\n\r\n");
}

TEST(FrameWire, OtherHeadersStandBeside) {
  FrameHead head;
  const absl::Status status = read_frame(
      "NATS/1.0\r\nFL-Frame: w 100\r\nfl-peer: calc.Calc._.x.y\r\nfl-window-bytes: 5000\r\n\r\n",
      head);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(head.frame.has_value());
  EXPECT_EQ(head.frame->kind, FrameKind::kWindow);
  EXPECT_EQ(head.frame->number, 100u);
  EXPECT_EQ(head.peer, "calc.Calc._.x.y");
  EXPECT_EQ(head.window_bytes, 5000u);
}

TEST(FrameWire, WhatIsNoFrameIsTold) {
  for (const char* value : {"", "m", "m ", "m x", "m 1 ", "m -1", "q 1", "m1", "mm 1",
                            "m 99999999999999999999", "m 1\r\nfl-window-bytes: many"}) {
    FrameHead head;
    const std::string block =
        "NATS/1.0\r\nother: 1\r\nfl-frame: " + std::string(value) + "\r\n\r\n";
    const bool trimmed = std::string(value) == "m 1 ";
    EXPECT_EQ(read_frame(block, head).code(),
              trimmed ? absl::StatusCode::kOk : absl::StatusCode::kInternal)
        << value;
  }
  FrameHead head;
  EXPECT_EQ(read_frame("HTTP/1.1", head).code(), absl::StatusCode::kInternal);
  EXPECT_TRUE(read_frame("NATS/1.0\r\ngrpc-status: 5\r\n\r\n", head).ok());
  EXPECT_FALSE(head.frame.has_value());
}

TEST(FrameWire, ARequestMayOpenAStream) {
  std::optional<StreamWindow> window;
  EXPECT_TRUE(read_stream_open("NATS/1.0\r\ngrpc-timeout: 1S\r\n\r\n", window).ok());
  EXPECT_FALSE(window.has_value());
  EXPECT_TRUE(read_stream_open("", window).ok());
  EXPECT_FALSE(window.has_value());
  EXPECT_TRUE(read_stream_open("NATS/1.0\r\nfl-stream: 16\r\n\r\n", window).ok());
  ASSERT_TRUE(window.has_value());
  EXPECT_EQ(window->messages, 16u);
  EXPECT_EQ(window->bytes, StreamWindow::kUnlimited);
  EXPECT_TRUE(
      read_stream_open("NATS/1.0\r\nfl-window-bytes: 9\r\nfl-stream: 0\r\n\r\n", window).ok());
  EXPECT_EQ(window->messages, 0u);
  EXPECT_EQ(window->bytes, 9u);
  EXPECT_EQ(read_stream_open("NATS/1.0\r\nfl-stream: all\r\n\r\n", window).code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace fairlead::rpc
