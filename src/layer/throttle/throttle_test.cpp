#include "layer/throttle/throttle.hpp"

#include <gtest/gtest.h>

namespace fairlead::layer {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline::TimePoint kStart{seconds(1000)};

TEST(Throttle, AServiceThatTakesItsCallsIsLeftAlone) {
  Throttle throttle{ThrottlePolicy()};
  Random random(1);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(throttle.admit(kStart, random));
    throttle.on_end(true, kStart);
  }
  EXPECT_EQ(throttle.refusal(kStart), 0);
}

TEST(Throttle, HalfOfTheCallsMayBeRefusedBeforeAnyIsHeldBack) {
  Throttle throttle{ThrottlePolicy()};
  for (int i = 0; i < 100; ++i) throttle.on_end(i % 2 == 0, kStart);
  EXPECT_EQ(throttle.refusal(kStart), 0);
  for (int i = 0; i < 100; ++i) throttle.on_end(false, kStart);
  EXPECT_DOUBLE_EQ(throttle.refusal(kStart), (200 - 5 - 2 * 50) / 201.0);
}

TEST(Throttle, AHandfulOfFailuresSaysNothing) {
  Throttle throttle{ThrottlePolicy()};
  for (int i = 0; i < 5; ++i) throttle.on_end(false, kStart);
  EXPECT_EQ(throttle.refusal(kStart), 0);
  throttle.on_end(false, kStart);
  EXPECT_GT(throttle.refusal(kStart), 0);
}

// A service that takes nothing gets what probes it, and no more.
TEST(Throttle, CallsUnderWaySayNothing) {
  Throttle throttle{ThrottlePolicy()};
  Random random(1);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(throttle.admit(kStart, random));
}

TEST(Throttle, ADeadServiceIsOnlyTried) {
  Throttle throttle{ThrottlePolicy()};
  Random random(1);
  int sent = 0;
  for (int i = 0; i < 10000; ++i) {
    const auto now = kStart + milliseconds(i);
    if (!throttle.admit(now, random)) continue;
    ++sent;
    throttle.on_end(false, now);
  }
  EXPECT_GT(sent, 5);
  EXPECT_LT(sent, 100);
}

TEST(Throttle, AServiceThatIsBackGetsItsCallsAgain) {
  Throttle throttle{ThrottlePolicy()};
  Random random(1);
  for (int i = 0; i < 1000; ++i) throttle.on_end(false, kStart);
  EXPECT_GT(throttle.refusal(kStart), 0.99);
  int refused_late = 0;
  for (int i = 0; i < 30000; ++i) {
    const auto now = kStart + milliseconds(i);
    const bool sent = throttle.admit(now, random);
    if (sent) throttle.on_end(true, now);
    if (!sent && i > 25000) ++refused_late;
  }
  EXPECT_EQ(refused_late, 0);
}

TEST(Throttle, ALowerMultiplierHoldsBackEarlier) {
  Throttle throttle{ThrottlePolicy().set_multiplier(1.5)};
  for (int i = 0; i < 100; ++i) throttle.on_end(i % 2 == 0, kStart);
  EXPECT_DOUBLE_EQ(throttle.refusal(kStart), (100 - 5 - 1.5 * 50) / 101.0);
}

}  // namespace
}  // namespace fairlead::layer
