#include "route/local_frames.hpp"

#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/post.hpp>
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
  ~LocalFramesTest() override { frames_->close(); }

  absl::Status send(std::string_view peer, std::string_view payload) {
    return frames_->send(peer, "header", payload.size(),
                         [payload](char* to) { std::memcpy(to, payload.data(), payload.size()); });
  }
  /// A turn of the loop, in which what was sent before comes.
  static Task<void> turn() { co_return; }
  Task<void> write_much_and_wait(std::string peer) {
    EXPECT_TRUE(send(peer, std::string(1 << 20, 'x')).ok());
    EXPECT_FALSE(frames_->is_writable());
    Waiter waiter;
    co_await frames_->written(waiter);
    EXPECT_TRUE(frames_->is_writable());
  }
  Task<void> write_twice(std::string peer, std::string name, std::vector<std::string>& order) {
    Waiter waiter;
    for (int i = 0; i < 2; ++i) {
      while (!frames_->is_writable()) co_await frames_->written(waiter);
      EXPECT_TRUE(send(peer, std::string(1 << 20, 'x')).ok());
      order.push_back(name);
    }
  }
  Task<void> let_three_write(std::string peer, std::vector<std::string>& order) {
    TaskScope scope(loop_);
    for (const char* name : {"a", "b", "c"}) scope.spawn(write_twice(peer, name, order));
    co_await scope.join();
  }
  Task<void> close_while_one_waits(std::string peer) {
    TaskScope scope(loop_);
    EXPECT_TRUE(send(peer, "lost").ok());
    Waiter waiter;
    scope.spawn(frames_->written(waiter));
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
  caller.answer = [&] {
    if (caller.got.size() > 1) return;
    boost::asio::post(loop_.core().context(), [&] { caller.got.push_back("a turn"); });
    EXPECT_TRUE(send(peer, "again").ok());
  };
  EXPECT_TRUE(send(peer, "first").ok());
  for (int i = 0; i < 3; ++i) loop_.run(turn());
  EXPECT_THAT(caller.got, ElementsAre("header|first", "a turn", "header|again"));
}

TEST_F(LocalFramesTest, AFrameForWhoHasGoneIsDropped) {
  auto table = std::make_unique<rpc::StreamTable>("probe._.id.");
  frames_->host(*table);
  const std::string stream = table->subject({0, 1});
  EXPECT_TRUE(send(stream, "late").ok());
  EXPECT_TRUE(send("_LOCAL.nobodyhere1", "late").ok());
  loop_.run(turn());
  EXPECT_TRUE(send(stream, "later").ok());
  frames_->leave(*table);
  table.reset();  // a frame for it would be seen by AddressSanitizer
  Caller caller;
  EXPECT_TRUE(send(callers_.open(caller, "subject"), "last").ok());
  loop_.run(turn());
  EXPECT_THAT(caller.got, ElementsAre("header|last"));
}

TEST_F(LocalFramesTest, WhoWritesMuchWaitsUntilItHasCome) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  loop_.run(write_much_and_wait(peer));
  EXPECT_EQ(caller.got.size(), 1u);
}

TEST_F(LocalFramesTest, WhoWritesMuchWaitsBehindThoseWhoWait) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  std::vector<std::string> order;
  loop_.run(let_three_write(peer, order));
  EXPECT_THAT(order, ElementsAre("a", "a", "b", "c", "b", "c"));
}

TEST_F(LocalFramesTest, TheEndOfTheLoopEndsAllWaits) {
  Caller caller;
  const std::string peer(callers_.open(caller, "subject"));
  loop_.run(close_while_one_waits(peer));
  EXPECT_EQ(send(peer, "more").code(), absl::StatusCode::kUnavailable);
  Waiter waiter;
  loop_.run(frames_->written(waiter));  // returns
  EXPECT_THAT(caller.got, IsEmpty());
}

}  // namespace
}  // namespace fairlead::route
