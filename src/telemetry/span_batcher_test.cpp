#include "telemetry/span_batcher.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::telemetry {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A batcher and its clock; actions as text.
class Batching : public ::testing::Test {
 protected:
  static BatchLimits limits() {
    BatchLimits limits;
    limits.queue = 5;
    limits.batch = 2;
    limits.delay = seconds(10);
    limits.export_timeout = seconds(4);
    return limits;
  }

  void add(int count) {
    std::vector<std::unique_ptr<SpanData>> spans;
    for (int i = 0; i < count; ++i) {
      spans.push_back(std::make_unique<SpanData>());
      spans.back()->name = std::to_string(++made_);
    }
    batcher_.add(std::move(spans));
  }

  std::string next() {
    const SpanBatcher::Action action = batcher_.next(now_);
    if (action.kind == SpanBatcher::Action::Kind::kDone) return "done";
    if (action.kind == SpanBatcher::Action::Kind::kWait) {
      return concat("wait ", std::chrono::duration_cast<milliseconds>(action.until - now_).count());
    }
    std::string text = "send";
    for (const auto& span : batcher_.batch()) append(text, " ", span->name);
    return text;
  }

  void answer(SendOutcome::Kind kind, milliseconds wait = {}) {
    batcher_.on_sent(SendOutcome(kind, wait), now_);
  }

  Deadline::TimePoint now_ = {};
  SpanBatcher batcher_{limits(), now_};
  int made_ = 0;
};

constexpr auto kAccepted = SendOutcome::Kind::kAccepted;
constexpr auto kRefused = SendOutcome::Kind::kRefused;
constexpr auto kTryAgain = SendOutcome::Kind::kTryAgain;

TEST_F(Batching, SpansWaitForOthersButNotForLong) {
  EXPECT_EQ(next(), "wait 10000");
  add(1);
  now_ += seconds(4);
  EXPECT_EQ(next(), "wait 6000");
  now_ += seconds(6);
  EXPECT_EQ(next(), "send 1");
  answer(kAccepted);
  EXPECT_EQ(next(), "wait 10000");
  EXPECT_EQ(batcher_.counts().exported, 1u);
}

TEST_F(Batching, AFullBatchGoesAtOnce) {
  add(3);
  EXPECT_EQ(next(), "send 1 2");
  answer(kAccepted);
  EXPECT_EQ(next(), "wait 10000");
  now_ += seconds(10);
  EXPECT_EQ(next(), "send 3");
}

TEST_F(Batching, AllThatIsDueGoesInBatches) {
  now_ += seconds(10);
  add(5);
  EXPECT_EQ(next(), "send 1 2");
  answer(kAccepted);
  EXPECT_EQ(next(), "send 3 4");
  answer(kAccepted);
  EXPECT_EQ(next(), "send 5");
  answer(kAccepted);
  EXPECT_EQ(next(), "wait 10000");
}

TEST_F(Batching, ABatchIsTriedAgainLaterAndLater) {
  add(2);
  EXPECT_EQ(next(), "send 1 2");
  answer(kTryAgain);
  EXPECT_EQ(next(), "wait 1000");
  now_ += seconds(1);
  EXPECT_EQ(next(), "send 1 2");
  answer(kTryAgain);
  EXPECT_EQ(next(), "wait 2000");
  now_ += seconds(2);
  EXPECT_EQ(next(), "send 1 2");
  answer(kAccepted);
  EXPECT_EQ(batcher_.counts().exported, 2u);
  EXPECT_EQ(batcher_.counts().lost(), 0u);
}

TEST_F(Batching, ABatchIsGivenUpWhenItsTimeIsOver) {
  add(2);
  EXPECT_EQ(next(), "send 1 2");
  answer(kTryAgain, seconds(3));
  EXPECT_EQ(next(), "wait 3000");
  now_ += seconds(3);
  EXPECT_EQ(next(), "send 1 2");
  answer(kTryAgain);  // the next try would be 5 s after the first
  EXPECT_EQ(batcher_.counts().undelivered, 2u);
  EXPECT_EQ(batcher_.counts().failures, 2u);
  EXPECT_EQ(batcher_.waiting(), 0u);
}

TEST_F(Batching, WhatIsRefusedIsNotTriedAgain) {
  add(2);
  EXPECT_EQ(next(), "send 1 2");
  answer(kRefused);
  EXPECT_EQ(next(), "wait 10000");
  EXPECT_EQ(batcher_.counts().refused, 2u);
  EXPECT_EQ(batcher_.counts().refusals, 1u);
}

TEST_F(Batching, OfABatchThatIsTakenSomeMayBeRefused) {
  add(2);
  EXPECT_EQ(next(), "send 1 2");
  batcher_.on_sent(SendOutcome(kAccepted, {}, "", 1), now_);
  add(2);
  EXPECT_EQ(next(), "send 3 4");
  batcher_.on_sent(SendOutcome(kAccepted, {}, "", 7), now_);  // what receivers say need not be true
  EXPECT_EQ(batcher_.counts().exported, 1u);
  EXPECT_EQ(batcher_.counts().refused, 3u);
  EXPECT_EQ(batcher_.counts().refusals, 0u);
}

TEST_F(Batching, WhatIsTooMuchIsDroppedAndCounted) {
  add(2);
  EXPECT_EQ(next(), "send 1 2");
  add(6);  // two are on their way, so three have room
  EXPECT_EQ(batcher_.waiting(), 5u);
  EXPECT_EQ(batcher_.counts().overflowed, 3u);
}

TEST_F(Batching, TheEndSendsEverythingWithoutWaiting) {
  add(3);
  batcher_.finish(now_ + seconds(5));
  EXPECT_EQ(next(), "send 1 2");
  answer(kAccepted);
  EXPECT_EQ(next(), "send 3");
  answer(kAccepted);
  EXPECT_EQ(next(), "done");
}

TEST_F(Batching, TheEndDoesNotWaitForEver) {
  add(3);
  EXPECT_EQ(next(), "send 1 2");
  batcher_.finish(now_ + milliseconds(500));
  answer(kTryAgain);
  EXPECT_EQ(next(), "wait 500");
  now_ += milliseconds(500);
  EXPECT_EQ(next(), "done");
  EXPECT_EQ(batcher_.counts().undelivered, 3u);
}

}  // namespace
}  // namespace fairlead::telemetry
