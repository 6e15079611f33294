#include "rpc/stream_core.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "fairlead/task_scope.hpp"

#include "core/waiter_list.hpp"

namespace fairlead::rpc {
namespace {

using ::testing::ElementsAre;

/// A connection whose peer takes what it is told to take.
class Sink final : public FrameSink {
 public:
  std::size_t max_reply_size() const override { return 1 << 20; }
  absl::Status send(std::string_view peer, std::string_view header, std::size_t,
                    absl::FunctionRef<void(char*)>) override {
    const FrameHeader message({FrameKind::kMessage, sent.size() + 1});
    sent.push_back(header == message.block() ? "message" : "control");
    EXPECT_EQ(peer, "peer");
    return absl::OkStatus();
  }
  bool is_writable() const override { return writable; }
  Task<void> written(Waiter& waiter) override { return waiting.wait(waiter); }

  bool writable = true;
  WaiterList waiting;
  std::vector<std::string> sent;
};

class Core final : public StreamCore {
 public:
  using StreamCore::StreamCore;

 private:
  void on_ended() override {}
};

class StreamCoreTest : public ::testing::Test {
 protected:
  StreamCoreTest() { meet(); }

  // The first frame of the service, with its window.
  void meet() {
    wire::HeaderWriter headers;
    headers.add("fl-frame", "w 10");
    headers.add("fl-window-bytes", "10000");
    headers.add("fl-peer", "peer");
    core_->on_frame(headers.finish(), "");
  }
  Task<void> write() {
    google::protobuf::Int32Value message;
    message.set_value(1);
    status_ = co_await core_->write(message);
  }
  Task<void> write_while(std::function<void()> act) {
    TaskScope scope(loop_);
    scope.spawn(write());
    EXPECT_TRUE(status_.ok()) << status_;
    act();
    co_await scope.join();
  }

  Loop loop_;
  Sink sink_;
  std::shared_ptr<Core> core_ = std::make_shared<Core>(StreamState::Side::kClient, loop_, &sink_);
  absl::Status status_;
};

TEST_F(StreamCoreTest, AWriterWaitsForThePeerToTakeWhatIsThere) {
  sink_.writable = false;
  loop_.run(write_while([this] {
    EXPECT_THAT(sink_.sent, ElementsAre());
    sink_.writable = true;
    sink_.waiting.wake_all();
  }));
  EXPECT_TRUE(status_.ok()) << status_;
  EXPECT_THAT(sink_.sent, ElementsAre("message"));
}

// A peer that has given the stream up may take nothing for as long as it likes.
TEST_F(StreamCoreTest, TheEndOfAStreamIsToldToAWriterWhoWaitsForItsPeer) {
  sink_.writable = false;
  loop_.run(write_while([this] {
    EXPECT_FALSE(sink_.waiting.empty());
    core_->drop(absl::CancelledError("given up"));
  }));
  EXPECT_EQ(status_.code(), absl::StatusCode::kCancelled) << status_;
  EXPECT_TRUE(sink_.waiting.empty());
  EXPECT_THAT(sink_.sent, ElementsAre());
}

}  // namespace
}  // namespace fairlead::rpc
