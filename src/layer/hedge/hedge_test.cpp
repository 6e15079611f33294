#include "layer/hedge/hedge.hpp"

#include <gtest/gtest.h>

namespace fairlead::layer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline::TimePoint kStart{seconds(1000)};

// Calls of 1 to `count` milliseconds.
void answer(Hedge& hedge, int count, Deadline::TimePoint now) {
  for (int i = 1; i <= count; ++i) {
    hedge.begin(now);
    hedge.on_answer(milliseconds(i), now);
  }
}

TEST(Hedge, NothingIsLongBeforeAHundredCalls) {
  Hedge hedge{HedgePolicy()};
  answer(hedge, 99, kStart);
  EXPECT_FALSE(hedge.begin(kStart).has_value());
  hedge.on_answer(milliseconds(100), kStart);
  const auto wait = hedge.begin(kStart);
  ASSERT_TRUE(wait.has_value());
  // The histogram rounds up by a sixteenth at most.
  EXPECT_GE(*wait, milliseconds(95));
  EXPECT_LE(*wait, milliseconds(101));
}

TEST(Hedge, ThePercentileIsTheOnesAskedFor) {
  Hedge hedge{HedgePolicy().set_percentile(50)};
  answer(hedge, 100, kStart);
  EXPECT_GE(*hedge.begin(kStart), milliseconds(50));
  EXPECT_LE(*hedge.begin(kStart), milliseconds(54));
}

TEST(Hedge, LatenciesOfLongAgoAreForgotten) {
  Hedge hedge{HedgePolicy()};
  answer(hedge, 100, kStart);
  EXPECT_TRUE(hedge.begin(kStart + seconds(12)).has_value());
  EXPECT_FALSE(hedge.begin(kStart + seconds(25)).has_value());
}

TEST(Hedge, APauseForgetsThemAsWell) {
  Hedge hedge{HedgePolicy()};
  answer(hedge, 100, kStart);
  EXPECT_FALSE(hedge.begin(kStart + seconds(500)).has_value());
}

TEST(Hedge, AtMostATwentiethOfTheCallsIsSentAgain) {
  Hedge hedge{HedgePolicy()};
  answer(hedge, 100, kStart);
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    hedge.begin(kStart);
    if (hedge.take(kStart)) ++taken;
  }
  EXPECT_EQ(taken, 10);
  EXPECT_FALSE(hedge.take(kStart));
}

TEST(Hedge, TheWaitIsNeverBelowWhatTheClockCanTell) {
  Hedge hedge{HedgePolicy()};
  for (int i = 0; i < 100; ++i) hedge.on_answer(std::chrono::microseconds(50), kStart);
  EXPECT_EQ(hedge.begin(kStart), milliseconds(1));
}

}  // namespace
}  // namespace fairlead::layer
