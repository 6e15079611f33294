#include "middleware/rate_limit/rate.hpp"

#include <gtest/gtest.h>

#include "middleware/rate_limit/keyed_rates.hpp"

namespace fairlead::middleware {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

Rate::TimePoint at(int ms) {
  return Rate::TimePoint(std::chrono::hours(1)) + milliseconds(ms);
}

TEST(Rate, LetsABurstThroughAndThenTheRate) {
  Rate rate(milliseconds(100), milliseconds(200));  // 10 a second, 3 at once
  EXPECT_EQ(rate.take(at(0)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(0)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(0)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(0)), milliseconds(100));
  EXPECT_EQ(rate.take(at(40)), milliseconds(60));
  EXPECT_EQ(rate.take(at(100)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(100)), milliseconds(100));
  EXPECT_FALSE(rate.idle(at(399)));
  EXPECT_TRUE(rate.idle(at(400)));
  EXPECT_EQ(rate.take(at(1000)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(1000)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(1000)), nanoseconds(0));
  EXPECT_EQ(rate.take(at(1000)), milliseconds(100));
}

TEST(KeyedRates, CountApartUntilThereIsNoRoom) {
  KeyedRates rates(milliseconds(100), nanoseconds(0), 2);
  EXPECT_EQ(rates.take("a", at(0)), nanoseconds(0));
  EXPECT_EQ(rates.take("b", at(0)), nanoseconds(0));
  EXPECT_EQ(rates.take("a", at(0)), milliseconds(100));
  // The others share one.
  EXPECT_EQ(rates.take("c", at(50)), nanoseconds(0));
  EXPECT_EQ(rates.take("d", at(50)), milliseconds(100));
  EXPECT_EQ(rates.size(), 2u);
  // Those that are idle make room, once a second.
  EXPECT_EQ(rates.take("a", at(2000)), nanoseconds(0));
  EXPECT_EQ(rates.take("c", at(2000)), nanoseconds(0));
  EXPECT_EQ(rates.take("c", at(2000)), milliseconds(100));
  EXPECT_EQ(rates.size(), 2u);
}

}  // namespace
}  // namespace fairlead::middleware
