#include "core/sliding_window.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using std::chrono::seconds;

constexpr Deadline::TimePoint at(int second) {
  return Deadline::TimePoint(seconds(1000 + second));
}

TEST(SlidingWindow, WhatIsOlderThanItsLengthFallsOut) {
  SlidingWindow<2> window(seconds(10));
  window.add(0, at(0));
  window.add(0, at(0));
  window.add(1, at(4));
  EXPECT_EQ(window.sum(0, at(9)), 2u);
  EXPECT_EQ(window.sum(1, at(9)), 1u);
  EXPECT_EQ(window.sum(0, at(10)), 0u);
  EXPECT_EQ(window.sum(1, at(13)), 1u);
  EXPECT_EQ(window.sum(1, at(14)), 0u);
}

TEST(SlidingWindow, ALongPauseEmptiesIt) {
  SlidingWindow<1> window(seconds(10));
  for (int second = 0; second < 10; ++second) window.add(0, at(second));
  EXPECT_EQ(window.sum(0, at(9)), 10u);
  EXPECT_EQ(window.sum(0, at(500)), 0u);
  window.add(0, at(500));
  EXPECT_EQ(window.sum(0, at(509)), 1u);
}

TEST(SlidingWindow, ASteadyRateIsSeenAsItIs) {
  SlidingWindow<1> window(seconds(10));
  for (int second = 0; second < 100; ++second) window.add(0, at(second));
  EXPECT_EQ(window.sum(0, at(99)), 10u);
}

}  // namespace
}  // namespace fairlead
