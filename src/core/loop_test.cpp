#include "fairlead/loop.hpp"

#include <future>
#include <stdexcept>
#include <vector>

#include <absl/status/statusor.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/task_scope.hpp"

#include "core/waiter.hpp"

namespace fairlead {
namespace {

Task<int> answer() {
  co_return 42;
}

Task<absl::StatusOr<int>> status_or_answer() {
  co_return 42;
}

Task<void> fail() {
  throw std::runtime_error("no");
  co_return;
}

TEST(Loop, RunsATaskToItsEnd) {
  Loop loop;
  EXPECT_EQ(loop.run(answer()), 42);
  EXPECT_THROW(loop.run(fail()), std::runtime_error);
  EXPECT_EQ(loop.run(answer()), 42);
}

Task<void> note_after(Loop& loop, int milliseconds, std::vector<int>& notes) {
  co_await loop.sleep(std::chrono::milliseconds(milliseconds));
  notes.push_back(milliseconds);
}

Task<void> run_three(Loop& loop, std::vector<int>& notes) {
  TaskScope scope(loop);
  scope.spawn(note_after(loop, 20, notes));
  scope.spawn(note_after(loop, 1, notes));
  scope.spawn(note_after(loop, 10, notes));
  co_await scope.join();
}

TEST(Loop, SleepsEndInTheOrderOfTheirTimes) {
  Loop loop;
  std::vector<int> notes;
  loop.run(run_three(loop, notes));
  EXPECT_EQ(notes, (std::vector<int>{1, 10, 20}));
}

Task<void> join_failing(Loop& loop, bool& reached) {
  TaskScope scope(loop);
  scope.spawn(fail());
  bool caught = false;
  try {
    co_await scope.join();
  } catch (const std::runtime_error&) {
    caught = true;
  }
  reached = caught && scope.size() == 0;
}

TEST(TaskScope, JoinRethrowsWhatATaskThrew) {
  Loop loop;
  bool reached = false;
  loop.run(join_failing(loop, reached));
  EXPECT_TRUE(reached);
}

Task<void> wait_many(Waiter& waiter, int times, int& count) {
  for (int i = 0; i < times; ++i) {
    co_await waiter.wait();
    ++count;
  }
}

Task<void> wake_many(Loop& loop, int times, int& count) {
  Waiter waiter;
  TaskScope scope(loop);
  scope.spawn(wait_many(waiter, times, count));
  while (count < times) {
    if (waiter.waiting()) {
      waiter.wake();
    } else {
      co_await loop.sleep(std::chrono::milliseconds(0));
    }
  }
  co_await scope.join();
}

TEST(Waiter, WakesOnceForEachWait) {
  Loop loop;
  int count = 0;
  loop.run(wake_many(loop, 100'000, count));
  EXPECT_EQ(count, 100'000);
}

TEST(LoopThread, RunsWorkOfOtherThreads) {
  LoopThread thread;
  const auto result = block_on(thread.loop(), status_or_answer());
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(*result, 42);
}

TEST(LoopThread, ABlockingCallOnTheLoopsOwnThreadIsRefused) {
  LoopThread thread;
  std::promise<absl::Status> refused;
  thread.loop().post(
      [&] { refused.set_value(block_on(thread.loop(), status_or_answer()).status()); });
  EXPECT_TRUE(absl::IsFailedPrecondition(refused.get_future().get()));
}

}  // namespace
}  // namespace fairlead
