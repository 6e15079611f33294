#include "cli/progress_line.hpp"

#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;

ProgressLine::State state(std::chrono::nanoseconds elapsed, std::uint64_t calls,
                          std::uint64_t failed) {
  ProgressLine::State state;
  state.elapsed = elapsed;
  state.calls = calls;
  state.failed = failed;
  return state;
}

TEST(ProgressLine, OfATime) {
  ProgressLine line(10, false);
  EXPECT_EQ(line.draw(state(-1s, 0, 0), 80), "[--------------------] warming up");
  EXPECT_EQ(line.draw(state(2s, 4000, 0), 80),
            "[####----------------] 2s of 10s  2 000 calls/s  0 failed");
  EXPECT_EQ(line.draw(state(4s, 5000, 7), 80),
            "[########------------] 4s of 10s  500 calls/s  7 failed");
  EXPECT_EQ(line.draw(state(11s, 5000, 7), 30), "[####################] 11s of ");
}

TEST(ProgressLine, OfANumberOfCalls) {
  ProgressLine line(2000, true);
  EXPECT_EQ(line.draw(state(1s, 1000, 0), 80),
            "[##########----------] 1 000 of 2 000  1 000 calls/s  0 failed");
}

}  // namespace
}  // namespace fairlead::cli
