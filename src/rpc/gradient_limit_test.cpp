#include "rpc/gradient_limit.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// A method with its limit, and time that passes only as its calls end.
class GradientLimitTest : public ::testing::Test {
 protected:
  // So many windows of calls that take `taken`, as many at once as the limit allows.
  void load(int windows, milliseconds taken) { load(windows, taken, 1.0); }
  void load(int windows, milliseconds taken, double share) {
    for (int i = 0; i < windows; ++i) {
      now_ += milliseconds(100);
      const auto running = static_cast<std::size_t>(static_cast<double>(limit_.limit()) * share);
      for (int call = 0; call < 10; ++call) limit_.on_end(taken, running, now_);
    }
  }

  GradientLimit limit_{AdaptiveLimit()};
  Deadline::TimePoint now_{seconds(1000)};
};

TEST_F(GradientLimitTest, GrowsWhileCallsAreAsQuickAsTheyWere) {
  EXPECT_EQ(limit_.limit(), 20u);
  load(10, milliseconds(10));
  EXPECT_NEAR(static_cast<double>(limit_.limit()), 28, 1);
  load(2000, milliseconds(10));
  EXPECT_EQ(limit_.limit(), 1000u);
}

TEST_F(GradientLimitTest, ShrinksWhenTheyBecomeSlow) {
  load(50, milliseconds(10));
  EXPECT_NEAR(static_cast<double>(limit_.limit()), 60, 1);
  load(50, milliseconds(100));
  EXPECT_LE(limit_.limit(), 12u);
  EXPECT_GE(limit_.limit(), 4u);
}

TEST_F(GradientLimitTest, ALittleSlowerIsNotSlow) {
  load(50, milliseconds(10));
  const std::size_t before = limit_.limit();
  load(10, milliseconds(14));
  EXPECT_GT(limit_.limit(), before);
}

TEST_F(GradientLimitTest, DoesNotGrowWhileItIsNotUsed) {
  load(100, milliseconds(10), 0.4);
  EXPECT_EQ(limit_.limit(), 20u);
}

TEST_F(GradientLimitTest, ComesBackOnceTheyAreQuickAgain) {
  load(50, milliseconds(10));
  load(100, milliseconds(100));
  const std::size_t slow = limit_.limit();
  load(100, milliseconds(10));
  EXPECT_GT(limit_.limit(), slow + 50);
}

TEST_F(GradientLimitTest, AHandfulOfCallsSaysNothing) {
  for (int i = 0; i < 9; ++i) EXPECT_FALSE(limit_.on_end(seconds(1), 20, now_ + seconds(i)));
  EXPECT_TRUE(limit_.on_end(seconds(1), 20, now_ + seconds(10)));
}

TEST_F(GradientLimitTest, StaysWithinItsBounds) {
  GradientLimit limit(AdaptiveLimit().set_initial(5).set_min(5).set_max(6));
  for (int i = 0; i < 2000; ++i) {
    now_ += milliseconds(10);
    limit.on_end(milliseconds(i < 1000 ? 1 : 500), 6, now_);
    ASSERT_GE(limit.limit(), 5u);
    ASSERT_LE(limit.limit(), 6u);
  }
}

}  // namespace
}  // namespace fairlead::rpc
