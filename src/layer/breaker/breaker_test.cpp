#include "layer/breaker/breaker.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace fairlead::layer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A breaker and its clock, as a transcript.
class BreakerTest : public ::testing::Test {
 protected:
  // So many calls one after the other: how many of them were let through.
  int make(int calls, Verdict verdict) {
    int made = 0;
    for (int i = 0; i < calls; ++i) {
      const Breaker::Permit permit = breaker_.ask(now_);
      if (!permit.granted) continue;
      ++made;
      breaker_.report(permit, verdict, "no instance is up", now_);
    }
    return made;
  }
  void pass(Deadline::Duration time) { now_ += time; }
  std::string state() { return breaker_.describe(now_); }

  BreakerPolicy policy_;
  Breaker breaker_{policy_};
  Deadline::TimePoint now_{seconds(1000)};
};

TEST_F(BreakerTest, OpensWhenHalfOfAtLeastTwentyCallsFail) {
  EXPECT_EQ(make(10, Verdict::kWell), 10);
  EXPECT_EQ(make(9, Verdict::kIll), 9);
  EXPECT_EQ(state(), "is closed");
  EXPECT_EQ(make(5, Verdict::kIll), 1);
  EXPECT_EQ(state(),
            "is open for another 5s: 10 of 20 calls in 10s failed, the last with "
            "\"no instance is up\"");
  pass(milliseconds(850));
  EXPECT_EQ(state(),
            "is open for another 4.2s: 10 of 20 calls in 10s failed, the last with "
            "\"no instance is up\"");
}

TEST_F(BreakerTest, AFewCallsSayNothing) {
  EXPECT_EQ(make(19, Verdict::kIll), 19);
  EXPECT_EQ(breaker_.state(), Breaker::State::kClosed);
}

TEST_F(BreakerTest, FewFailuresAmongManyCallsSayNothing) {
  EXPECT_EQ(make(100, Verdict::kWell), 100);
  EXPECT_EQ(make(99, Verdict::kIll), 99);
  EXPECT_EQ(breaker_.state(), Breaker::State::kClosed);
  EXPECT_EQ(make(1, Verdict::kIll), 1);
  EXPECT_EQ(breaker_.state(), Breaker::State::kOpen);
}

TEST_F(BreakerTest, FailuresOfLongAgoAreForgotten) {
  EXPECT_EQ(make(15, Verdict::kIll), 15);
  pass(seconds(11));
  EXPECT_EQ(make(15, Verdict::kIll), 15);
  EXPECT_EQ(breaker_.state(), Breaker::State::kClosed);
}

TEST_F(BreakerTest, CallsThatWereGivenUpDoNotCount) {
  EXPECT_EQ(make(100, Verdict::kNone), 100);
  EXPECT_EQ(make(19, Verdict::kIll), 19);
  EXPECT_EQ(breaker_.state(), Breaker::State::kClosed);
}

TEST_F(BreakerTest, SomeMayTryAfterTheOpenTimeAndCloseIt) {
  make(20, Verdict::kIll);
  pass(milliseconds(4999));
  EXPECT_EQ(make(1, Verdict::kWell), 0);
  pass(milliseconds(1));
  EXPECT_EQ(make(5, Verdict::kWell), 5);
  EXPECT_EQ(breaker_.state(), Breaker::State::kHalfOpen);
  EXPECT_EQ(make(1, Verdict::kWell), 1);
  EXPECT_EQ(state(), "is closed");
  // What failed before is forgotten.
  EXPECT_EQ(make(19, Verdict::kIll), 19);
  EXPECT_EQ(state(), "is closed");
}

TEST_F(BreakerTest, ItOpensAgainWhenTheyFail) {
  make(20, Verdict::kIll);
  pass(seconds(5));
  EXPECT_EQ(make(5, Verdict::kWell), 5);
  EXPECT_EQ(make(9, Verdict::kIll), 5);
  EXPECT_EQ(state(),
            "is open for another 5s: 5 of 10 calls that tried again failed, the last with "
            "\"no instance is up\"");
}

TEST_F(BreakerTest, AtMostTenTryAtOnce) {
  make(20, Verdict::kIll);
  pass(seconds(5));
  std::vector<Breaker::Permit> permits;
  for (int i = 0; i < 12; ++i) permits.push_back(breaker_.ask(now_));
  EXPECT_TRUE(permits[9].granted);
  EXPECT_FALSE(permits[10].granted);
  EXPECT_TRUE(state().starts_with("is half open and waits for 10 calls that try again")) << state();
  breaker_.report(permits[0], Verdict::kNone, "", now_);
  EXPECT_TRUE(breaker_.ask(now_).granted);
  EXPECT_FALSE(breaker_.ask(now_).granted);
}

TEST_F(BreakerTest, CallsOfAnEarlierTimeDecideNothing) {
  const Breaker::Permit slow = breaker_.ask(now_);
  make(20, Verdict::kIll);
  pass(seconds(5));
  EXPECT_EQ(make(5, Verdict::kWell), 5);
  breaker_.report(slow, Verdict::kWell, "", now_);
  EXPECT_EQ(breaker_.state(), Breaker::State::kHalfOpen);
}

}  // namespace
}  // namespace fairlead::layer
