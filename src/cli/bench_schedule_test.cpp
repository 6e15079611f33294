#include "cli/bench_schedule.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Deadline::TimePoint kStart{seconds(1000)};

/// What is taken at some moment, as a line of a transcript: `0 due 0ms`, `1 due 5ms counts`, `-`.
std::string take(BenchSchedule& schedule, milliseconds at) {
  const auto call = schedule.take(kStart + at);
  if (!call) return "-";
  const auto due = std::chrono::duration_cast<milliseconds>(call->due - kStart).count();
  return concat(call->number, " due ", due, "ms", call->counts ? " counts" : "");
}

TEST(BenchSchedule, AnOpenLoopKeepsItsMomentsWhateverIsTaken) {
  BenchPace pace;
  pace.rate = 200;
  pace.warm_up = milliseconds(10);
  pace.duration = milliseconds(20);
  BenchSchedule schedule(pace, kStart);
  EXPECT_EQ(take(schedule, milliseconds(0)), "0 due 0ms");
  EXPECT_EQ(take(schedule, milliseconds(1)), "-");
  EXPECT_EQ(schedule.next(), kStart + milliseconds(5));
  // Nobody had time for a while: the calls are still counted from when they were due.
  EXPECT_EQ(schedule.due(kStart + milliseconds(21)), 4u);
  EXPECT_EQ(take(schedule, milliseconds(21)), "1 due 5ms");
  EXPECT_EQ(take(schedule, milliseconds(21)), "2 due 10ms counts");
  EXPECT_EQ(take(schedule, milliseconds(22)), "3 due 15ms counts");
  EXPECT_EQ(take(schedule, milliseconds(29)), "4 due 20ms counts");
  // The end leaves one that was due and not made.
  EXPECT_TRUE(schedule.over(kStart + milliseconds(30)));
  EXPECT_EQ(take(schedule, milliseconds(30)), "-");
  EXPECT_EQ(schedule.due(kStart + milliseconds(40)), 1u);
}

TEST(BenchSchedule, AClosedLoopHasAlwaysACallUntilTheEnd) {
  BenchPace pace;
  pace.warm_up = milliseconds(10);
  pace.calls = 2;
  BenchSchedule schedule(pace, kStart);
  EXPECT_EQ(take(schedule, milliseconds(3)), "0 due 3ms");
  EXPECT_EQ(take(schedule, milliseconds(3)), "1 due 3ms");
  EXPECT_EQ(take(schedule, milliseconds(10)), "2 due 10ms counts");
  EXPECT_FALSE(schedule.complete());
  EXPECT_EQ(take(schedule, milliseconds(11)), "3 due 11ms counts");
  EXPECT_EQ(take(schedule, milliseconds(11)), "-");
  EXPECT_TRUE(schedule.complete());
}

TEST(BenchSchedule, StopsEarlier) {
  BenchPace pace;
  pace.duration = seconds(10);
  BenchSchedule schedule(pace, kStart);
  schedule.stop(kStart + milliseconds(5));
  EXPECT_EQ(take(schedule, milliseconds(4)), "0 due 4ms counts");
  EXPECT_EQ(take(schedule, milliseconds(5)), "-");
  EXPECT_EQ(schedule.end(), kStart + milliseconds(5));
}

TEST(BenchSchedule, IsSharedWithoutLoss) {
  BenchPace pace;
  pace.rate = 300;
  pace.calls = 10;
  std::uint64_t calls = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_DOUBLE_EQ(share_of(pace, i, 3).rate, 100);
    calls += share_of(pace, i, 3).calls;
  }
  EXPECT_EQ(calls, 10u);
}

}  // namespace
}  // namespace fairlead::cli
