#include "core/manual_time.hpp"

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task_scope.hpp"

#include "core/manual_time_scope.hpp"
#include "core/outside_work.hpp"
#include "core/strings.hpp"

namespace fairlead {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const ManualTime::TimePoint kStart = ManualTime::TimePoint() + seconds(1000);

ManualTime::TimePoint at(int milliseconds_from_start) {
  return kStart + milliseconds(milliseconds_from_start);
}

class ManualTimeTest : public ::testing::Test {
 protected:
  // What a loop does that has nothing to do until `due`: `stays` or `250`, and whether who moves
  // time is told that it has arrived.
  std::string move(std::optional<int> due) {
    const bool moved = time_.move(due ? std::optional(at(*due)) : std::nullopt);
    const auto now = std::chrono::duration_cast<milliseconds>(time_.now() - kStart).count();
    return concat(moved ? "due " : "idle ", now, std::exchange(arrived_, false) ? " arrived" : "");
  }
  void go(int milliseconds_on) {
    time_.go(milliseconds(milliseconds_on), [this] { arrived_ = true; });
  }

  ManualTime time_{kStart};
  bool arrived_ = false;
};

TEST_F(ManualTimeTest, StandsStillUntilItMayMove) {
  EXPECT_FALSE(time_.wants_to_move());
  EXPECT_EQ(move(100), "idle 0");
  EXPECT_EQ(move(std::nullopt), "idle 0");
}

TEST_F(ManualTimeTest, GoesFromOneThingThatIsDueToTheNext) {
  go(300);
  EXPECT_TRUE(time_.wants_to_move());
  EXPECT_EQ(move(100), "due 100");
  EXPECT_EQ(move(300), "due 300");
  EXPECT_EQ(move(301), "idle 300 arrived");
  EXPECT_FALSE(time_.wants_to_move());
  EXPECT_EQ(move(301), "idle 300");
}

TEST_F(ManualTimeTest, GoesAllTheWayAlsoIfNothingIsDue) {
  go(300);
  EXPECT_EQ(move(std::nullopt), "idle 300 arrived");
  go(0);
  EXPECT_EQ(move(std::nullopt), "idle 300 arrived");
}

TEST_F(ManualTimeTest, WhatIsLateIsDueNow) {
  go(300);
  EXPECT_EQ(move(std::nullopt), "idle 300 arrived");
  go(1);
  EXPECT_EQ(move(200), "due 300");
}

TEST_F(ManualTimeTest, MovesByItselfWhileSomebodyWaits) {
  time_.set_automatic(true);
  EXPECT_EQ(move(100), "idle 0");
  time_.begin_wait();
  EXPECT_TRUE(time_.wants_to_move());
  EXPECT_EQ(move(100), "due 100");
  EXPECT_EQ(move(std::nullopt), "idle 100");
  time_.end_wait();
  EXPECT_EQ(move(5000), "idle 100");
}

TEST_F(ManualTimeTest, KnowsWhatOthersWorkAtUnlessItWasGivenUp) {
  const auto slow = time_.begin_work();
  EXPECT_TRUE(time_.works());
  time_.give_up_works();
  EXPECT_FALSE(time_.works());
  const auto quick = time_.begin_work();
  time_.end_work(slow);
  EXPECT_TRUE(time_.works());
  time_.end_work(quick);
  EXPECT_FALSE(time_.works());
}

TEST_F(ManualTimeTest, WhatWasGivenUpCountsAgainWhenTimeMovesAnew) {
  const auto slow = time_.begin_work();
  time_.give_up_works();
  EXPECT_FALSE(time_.works());
  go(1);
  EXPECT_TRUE(time_.works());
  const auto late = time_.begin_work();
  time_.end_work(slow);
  EXPECT_TRUE(time_.works());
  time_.give_up_works();
  time_.end_work(late);
  EXPECT_FALSE(time_.works());
  const auto other = time_.begin_work();
  EXPECT_TRUE(time_.works());
  time_.end_work(other);
}

// --- with a loop

Task<absl::Status> sleep_often(Loop& loop, std::vector<std::string>& notes) {
  const auto start = Deadline::Clock::now();
  for (int i = 0; i < 3; ++i) {
    co_await loop.sleep(seconds(10));
    const auto taken = std::chrono::duration_cast<seconds>(Deadline::Clock::now() - start);
    notes.push_back(concat(taken.count(), "s"));
  }
  co_return absl::OkStatus();
}

Task<void> note(Loop& loop, std::vector<std::string>& notes) {
  const absl::Status slept = co_await sleep_often(loop, notes);
  notes.push_back(slept.ToString());
}

TEST(ManualTime, ALoopGoesThroughTimeInItsOrder) {
  const auto time = std::make_shared<ManualTime>(kStart);
  LoopThread thread(time);
  std::vector<std::string> notes;
  TaskScope scope(thread.loop());
  thread.loop().post([&] { scope.spawn(note(thread.loop(), notes)); });
  time->advance(milliseconds(29'999));
  EXPECT_EQ(notes, (std::vector<std::string>{"10s", "20s"}));
  time->advance(milliseconds(1));
  EXPECT_EQ(notes, (std::vector<std::string>{"10s", "20s", "30s", "OK"}));
}

TEST(ManualTime, ABlockingCallNeedsNoneIfItMovesByItself) {
  const auto time = std::make_shared<ManualTime>(kStart);
  time->set_automatic(true);
  LoopThread thread(time);
  std::vector<std::string> notes;
  EXPECT_TRUE(block_on(thread.loop(), sleep_often(thread.loop(), notes)).ok());
  EXPECT_EQ(notes, (std::vector<std::string>{"10s", "20s", "30s"}));
  EXPECT_EQ(time->now(), kStart + seconds(30));
}

TEST(ManualTime, WaitsForWorkOfOtherThreadsWhichSeesItToo) {
  const auto time = std::make_shared<ManualTime>(kStart);
  LoopThread thread(time);
  ManualTime::TimePoint seen;
  std::thread worker([&, work = std::make_shared<OutsideWork>(time)]() mutable {
    work->run([&] { seen = Deadline::Clock::now(); });
    work.reset();
  });
  time->advance(seconds(1));
  worker.join();
  EXPECT_EQ(seen, kStart);
  EXPECT_EQ(time->now(), kStart + seconds(1));
  EXPECT_EQ(ManualTimeScope::time_here(), nullptr);
}

TEST(ManualTime, CannotBeMovedFromWithin) {
  const auto time = std::make_shared<ManualTime>(kStart);
  const ManualTimeScope scope(time.get());
  EXPECT_THROW(time->advance(seconds(1)), std::logic_error);
}

TEST(ManualTime, WithoutALoopItIsSet) {
  ManualTime time(kStart);
  time.advance(seconds(1));
  EXPECT_EQ(time.now(), kStart + seconds(1));
  EXPECT_FALSE(time.has_loop());
}

}  // namespace
}  // namespace fairlead
