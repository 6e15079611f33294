#include "layer/hedge/hedge_layer.hpp"

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "core/waiter.hpp"

namespace fairlead::layer {
namespace {

/// A route on which the test answers, or leaves unanswered what it will.
class ManualRoute final : public rpc::Route {
 public:
  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override {
    ++calls;
    attempts.push_back(call.previous_attempts);
    if (calls <= answered_at_once) co_return absl::OkStatus();
    Waiting waiting(reader);
    if (call.abandonment) call.abandonment->attach(&waiting);
    waits.push_back(&waiting);
    arrived.wake();
    co_await waiting.ended.wait();
    std::erase(waits, &waiting);
    if (call.abandonment) call.abandonment->attach(nullptr);
    co_return waiting.status;
  }
  absl::Status send(const rpc::OutgoingCall&) override { return absl::OkStatus(); }

  void answer(std::size_t index, const std::string& text) {
    Waiting& waiting = *waits[index];
    waiting.status = waiting.reader.read("", text);
    waiting.ended.wake();
  }
  void fail(std::size_t index, const absl::Status& status) {
    waits[index]->status = status;
    waits[index]->ended.wake();
  }

  struct Waiting final : rpc::Abandonment::Waiting {
    explicit Waiting(rpc::ReplyReader& reader_arg) : reader(reader_arg) {}
    void on_abandoned() override {
      status = absl::CancelledError("given up");
      ended.wake();
    }
    rpc::ReplyReader& reader;
    absl::Status status;
    Waiter ended;
  };

  int calls = 0;
  int answered_at_once = 100;
  std::vector<int> attempts;
  std::vector<Waiting*> waits;
  Waiter arrived;
};

class TextReader final : public rpc::ReplyReader {
 public:
  absl::Status read(std::string_view, std::string_view payload) override {
    texts.emplace_back(payload);
    return absl::OkStatus();
  }
  std::vector<std::string> texts;
};

class HedgeLayerTest : public ::testing::Test {
 protected:
  HedgeLayerTest() {
    call_.idempotent = true;
    call_.deadline = Deadline::after(std::chrono::seconds(30));
    loop_.run(call_many(100));
    route_.attempts.clear();
  }

  Task<void> call_many(int count) {
    for (int i = 0; i < count; ++i) {
      absl::Status status = co_await layer_.call(call_, reader_);
      EXPECT_TRUE(status.ok());
    }
  }

  // Makes a call, and does `step` when the route has got it `count` times.
  Task<absl::Status> call_and(std::size_t count, std::function<void()> step) {
    TaskScope scope(loop_);
    scope.spawn(when_waiting(count, step));
    absl::Status status = co_await layer_.call(call_, reader_);
    co_await scope.join();
    co_return status;
  }
  Task<void> when_waiting(std::size_t count, std::function<void()> step) {
    while (route_.waits.size() < count) co_await route_.arrived.wait();
    // The route is about to wait; let it.
    loop_.post(step);
  }

  Loop loop_;
  ManualRoute route_;
  HedgePolicy policy_;
  HedgeLayer layer_{loop_, route_, policy_};
  rpc::OutgoingCall call_;
  TextReader reader_;
};

TEST_F(HedgeLayerTest, TheFirstAnswerCountsAndTheOtherCallIsGivenUp) {
  const absl::Status status =
      loop_.run(call_and(2, [this] { route_.answer(1, "from the second"); }));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(reader_.texts, std::vector<std::string>{"from the second"});
  EXPECT_TRUE(route_.waits.empty());
  EXPECT_EQ(route_.attempts, (std::vector<int>{0, 1}));
}

TEST_F(HedgeLayerTest, AFailureToReachTheServiceIsNoAnswerWhileAnotherMayCome) {
  const absl::Status status = loop_.run(call_and(2, [this] {
    route_.fail(1, absl::UnavailableError("gone"));
    route_.answer(0, "from the first");
  }));
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(reader_.texts, std::vector<std::string>{"from the first"});
}

TEST_F(HedgeLayerTest, IfBothFailTheFirstFailureIsTold) {
  const absl::Status status = loop_.run(call_and(2, [this] {
    route_.fail(0, absl::UnavailableError("first"));
    route_.fail(0, absl::UnavailableError("second"));
  }));
  EXPECT_EQ(message_of(status), "first");
}

TEST_F(HedgeLayerTest, AnotherFailureIsAnAnswer) {
  const absl::Status status =
      loop_.run(call_and(2, [this] { route_.fail(1, absl::NotFoundError("no such user")); }));
  EXPECT_TRUE(absl::IsNotFound(status)) << status;
  EXPECT_TRUE(route_.waits.empty());
}

TEST_F(HedgeLayerTest, ACallThatIsGivenUpEndsWithAllItsSendings) {
  for (const std::size_t sendings : {1u, 2u}) {
    rpc::Abandonment abandonment;
    call_.abandonment = &abandonment;
    const absl::Status status =
        loop_.run(call_and(sendings, [&abandonment] { abandonment.abandon(); }));
    EXPECT_TRUE(absl::IsCancelled(status)) << status;
    EXPECT_TRUE(route_.waits.empty());
  }
  EXPECT_TRUE(reader_.texts.empty());
}

TEST_F(HedgeLayerTest, ItIsGivenUpAlsoWhenOneSendingHasFailedBefore) {
  rpc::Abandonment abandonment;
  call_.abandonment = &abandonment;
  const absl::Status status = loop_.run(call_and(2, [this, &abandonment] {
    route_.fail(0, absl::UnavailableError("gone"));
    abandonment.abandon();
  }));
  EXPECT_TRUE(absl::IsCancelled(status)) << status;
  EXPECT_TRUE(route_.waits.empty());
}

TEST_F(HedgeLayerTest, OtherMethodsAreSentOnce) {
  call_.idempotent = false;
  const auto answer_later = [this] {
    EXPECT_EQ(route_.attempts.size(), 1u);
    route_.answer(0, "late");
  };
  const auto wait = [this, answer_later]() {
    // Well past the wait after which an idempotent call would be sent again.
    loop_.post(answer_later);
  };
  const absl::Status status = loop_.run(call_and(1, wait));
  EXPECT_TRUE(status.ok()) << status;
}

}  // namespace
}  // namespace fairlead::layer
