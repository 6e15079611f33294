#include "layer/retry/retry_layer.hpp"

#include <gtest/gtest.h>

#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"

#include "rpc/status_wire.hpp"

namespace fairlead::layer {
namespace {

/// A route that never reaches anybody.
class DeadRoute final : public rpc::Route {
 public:
  Task<absl::Status> call(const rpc::OutgoingCall&, rpc::ReplyReader&) override {
    ++calls;
    co_return absl::UnavailableError("nobody is there");
  }
  absl::Status send(const rpc::OutgoingCall&) override { return absl::OkStatus(); }

  int calls = 0;
};

/// One that loses the first attempt on its way back, and sends no other.
class LosingRoute final : public rpc::Route {
 public:
  Task<absl::Status> call(const rpc::OutgoingCall&, rpc::ReplyReader&) override {
    absl::Status status = absl::UnavailableError("the link was lost");
    if (calls++ > 0) rpc::mark_never_ran(status);
    co_return status;
  }
  absl::Status send(const rpc::OutgoingCall&) override { return absl::OkStatus(); }

  int calls = 0;
};

class NoReader final : public rpc::ReplyReader {
 public:
  absl::Status read(std::string_view, std::string_view) override { return absl::OkStatus(); }
};

class RetryLayerTest : public ::testing::Test {
 protected:
  RetryLayerTest() {
    call_.subject = "test.Echo.Echo";
    call_.idempotent = true;
    call_.deadline = Deadline::after(std::chrono::hours(24));
  }

  // Makes a call, and does `step` in a later turn.
  Task<absl::Status> call_and(std::function<void()> step) {
    loop_.post(std::move(step));
    absl::Status status = co_await layer_.call(call_, reader_);
    co_return status;
  }

  Loop loop_;
  DeadRoute route_;
  Random random_{1};
  RetryPolicy policy_ = RetryPolicy()
                            .set_initial_backoff(std::chrono::hours(1))
                            .set_max_backoff(std::chrono::hours(1));
  RetryLayer layer_{loop_, route_, policy_, random_};
  rpc::OutgoingCall call_;
  NoReader reader_;
};

TEST_F(RetryLayerTest, ACallThatWaitsForItsNextAttemptIsGivenUpAtOnce) {
  rpc::Abandonment abandonment;
  call_.abandonment = &abandonment;
  const absl::Status status = loop_.run(call_and([&abandonment] { abandonment.abandon(); }));
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(route_.calls, 1);
}

TEST_F(RetryLayerTest, OneThatMayHaveRunSaysSoWhateverBecameOfItsLastAttempt) {
  LosingRoute route;
  const auto soon = RetryPolicy().set_attempts(3).set_initial_backoff(std::chrono::milliseconds(1));
  RetryLayer layer(loop_, route, soon, random_);
  const absl::Status status = loop_.run(layer.call(call_, reader_));
  EXPECT_EQ(route.calls, 3);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_TRUE(may_have_executed(status));
}

TEST_F(RetryLayerTest, OneThatWasGivenUpDuringAnAttemptDoesNotBeginToWait) {
  rpc::Abandonment abandonment;
  abandonment.abandon();
  call_.abandonment = &abandonment;
  const absl::Status status = loop_.run(layer_.call(call_, reader_));
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_EQ(route_.calls, 1);
}

}  // namespace
}  // namespace fairlead::layer
