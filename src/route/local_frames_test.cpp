#include "route/local_frames.hpp"

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/loop.hpp"
#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"

namespace fairlead::route {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// A caller that writes down what comes, and may answer it.
class Caller final : public nats::PendingRequest {
 public:
  bool takes_many() const override { return true; }
  void on_reply(const nats::MessageView& frame) override {
    got.push_back(concat(frame.header, "|", frame.payload));
    if (answer) answer();
  }
  void on_no_responders() override {}
  void on_timeout() override {}
  void on_failed(const absl::Status&) override {}

  std::vector<std::string> got;
  std::function<void()> answer;
};

class LocalFramesTest : public ::testing::Test {
 protected:
  absl::Status send(std::string_view peer, std::string_view payload) {
    return frames_->send(peer, "header", payload.size(),
                         [payload](char* to) { std::memcpy(to, payload.data(), payload.size()); });
  }
  /// A turn of the loop, in which what was sent before comes.
  static Task<void> turn() { co_return; }
  Task<void> close_while_one_waits(std::string peer) {
    TaskScope scope(loop_);
    EXPECT_TRUE(send(peer, "lost").ok());
    scope.spawn(frames_->written());
    frames_->close();
    co_await scope.join();
  }

  Loop loop_;
  nats::RequestMux callers_{"_LOCAL"};
  std::shared_ptr<LocalFrames> frames_ = std::make_shared<LocalFrames>(loop_.core(), callers_);
};

TEST_F(LocalFramesTest, WhatIsSentComesInALaterTurnInItsOrder) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  EXPECT_TRUE(send(peer, "1").ok());
  EXPECT_TRUE(send(peer, "").ok());
  EXPECT_TRUE(send(peer, "3").ok());
  EXPECT_THAT(caller.got, IsEmpty());
  loop_.run(turn());
  EXPECT_THAT(caller.got, ElementsAre("header|1", "header|", "header|3"));
}

TEST_F(LocalFramesTest, WhatIsSentWhileAFrameComesWaitsForTheNextTurn) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  std::vector<std::size_t> got_before;
  caller.answer = [&] {
    const bool more = caller.got.size() < 3;
    EXPECT_TRUE(!more || send(peer, "again").ok());
    got_before.push_back(caller.got.size());
  };
  EXPECT_TRUE(send(peer, "first").ok());
  loop_.run(turn());
  loop_.run(turn());
  loop_.run(turn());
  EXPECT_THAT(caller.got, ElementsAre("header|first", "header|again", "header|again"));
  EXPECT_THAT(got_before, ElementsAre(1u, 2u, 3u));
}

TEST_F(LocalFramesTest, AFrameForWhoHasGoneIsDropped) {
  rpc::StreamTable table("probe._.id.");
  frames_->host(table);
  EXPECT_TRUE(send(table.subject({0, 1}), "late").ok());
  EXPECT_TRUE(send("_LOCAL.nobodyhere1", "late").ok());
  frames_->leave(table);
  EXPECT_TRUE(send(table.subject({0, 1}), "later").ok());
  loop_.run(turn());
}

TEST_F(LocalFramesTest, WhoWritesMuchWaitsUntilItHasCome) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  EXPECT_TRUE(send(peer, std::string(1 << 20, 'x')).ok());
  EXPECT_FALSE(frames_->is_writable());
  loop_.run(frames_->written());
  EXPECT_TRUE(frames_->is_writable());
  EXPECT_EQ(caller.got.size(), 1u);
}

TEST_F(LocalFramesTest, TheEndOfTheLoopEndsAllWaits) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  loop_.run(close_while_one_waits(peer));
  EXPECT_EQ(send(peer, "more").code(), absl::StatusCode::kUnavailable);
  loop_.run(frames_->written());  // returns
  EXPECT_THAT(caller.got, IsEmpty());
}

}  // namespace
}  // namespace fairlead::route
