#include "core/served_call.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task_scope.hpp"

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "core/waiter.hpp"

namespace fairlead {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

// A call that runs, known by its deadline.
std::shared_ptr<ServedCall> make_call(Deadline deadline) {
  auto call = std::make_shared<ServedCall>();
  call->begin(deadline);
  return call;
}

Deadline current_deadline() {
  const ServedCall* const call = ServedCall::current();
  return call ? call->deadline() : Deadline::never();
}

// Runs `task` on the loop as what serves `call`, with whatever it starts.
void serve(Loop& loop, std::shared_ptr<ServedCall> call, Task<void> task) {
  boost::asio::co_spawn(executor_for(loop.core().context(), std::move(call)), std::move(task),
                        [&loop](std::exception_ptr) { loop.stop(); });
  loop.run();
}

Task<void> pause(Loop& loop) {
  co_await loop.sleep(milliseconds(1));
}

Task<void> pause_with_asio(Loop& loop) {
  boost::asio::steady_timer timer(loop.core().context(), milliseconds(1));
  co_await timer.async_wait(boost::asio::use_awaitable);
}

const Deadline kEarly = Deadline::after(hours(1));
const Deadline kLate = Deadline::after(hours(2));

TEST(ServedCall, NobodyIsServedOutsideOfCalls) {
  Loop loop;
  Deadline seen = kEarly;
  const auto look = [](Loop& on, Deadline& deadline) -> Task<void> {
    co_await pause(on);
    deadline = current_deadline();
  };
  loop.run(look(loop, seen));
  EXPECT_TRUE(seen.is_never());
}

Task<void> look_everywhere(Loop& loop, std::vector<Deadline>& seen) {
  using namespace boost::asio::experimental::awaitable_operators;
  seen.push_back(current_deadline());
  co_await pause(loop);
  seen.push_back(current_deadline());
  co_await pause_with_asio(loop);
  seen.push_back(current_deadline());
  Task<void> one = pause(loop);
  Task<void> other = pause_with_asio(loop);
  co_await (std::move(one) && std::move(other));
  seen.push_back(current_deadline());
}

TEST(ServedCall, StaysWithItsCoroutineThroughEveryWait) {
  Loop loop;
  std::vector<Deadline> seen;
  serve(loop, make_call(kEarly), look_everywhere(loop, seen));
  ASSERT_EQ(seen.size(), 4u);
  for (const Deadline deadline : seen) EXPECT_EQ(deadline, kEarly);
  EXPECT_EQ(ServedCall::current(), nullptr);
}

TEST(ServedCall, CoroutinesOfTwoCallsDoNotMixUpTheirCalls) {
  Loop loop;
  std::vector<Deadline> early;
  std::vector<Deadline> late;
  auto& context = loop.core().context();
  const auto ignore = [](std::exception_ptr) {};
  boost::asio::co_spawn(executor_for(context, make_call(kLate)), look_everywhere(loop, late),
                        ignore);
  serve(loop, make_call(kEarly), look_everywhere(loop, early));
  loop.run(pause(loop));
  EXPECT_EQ(early, std::vector<Deadline>(4, kEarly));
  EXPECT_EQ(late, std::vector<Deadline>(4, kLate));
}

Task<void> wait(Waiter& waiter, Deadline& seen) {
  co_await waiter.wait();
  seen = current_deadline();
}

Task<void> wake(Waiter& waiter, Deadline& seen) {
  waiter.wake();
  seen = current_deadline();
  co_return;
}

TEST(ServedCall, WakingAnothersCoroutineChangesNothingForTheWaker) {
  Loop loop;
  Waiter waiter;
  Deadline woken;
  Deadline waker;
  boost::asio::co_spawn(executor_for(loop.core().context(), make_call(kLate)), wait(waiter, woken),
                        [](std::exception_ptr) {});
  serve(loop, make_call(kEarly), wake(waiter, waker));
  EXPECT_EQ(woken, kLate);
  EXPECT_EQ(waker, kEarly);
}

Task<void> spawn_two(Loop& loop, std::vector<Deadline>& one, std::vector<Deadline>& two) {
  TaskScope scope(loop);
  scope.spawn(look_everywhere(loop, one));
  scope.spawn(look_everywhere(loop, two));
  co_await scope.join();
}

TEST(ServedCall, TasksOfAScopeServeTheCallInWhichTheyWereStarted) {
  Loop loop;
  std::vector<Deadline> one;
  std::vector<Deadline> two;
  serve(loop, make_call(kEarly), spawn_two(loop, one, two));
  EXPECT_EQ(one, std::vector<Deadline>(4, kEarly));
  EXPECT_EQ(two, std::vector<Deadline>(4, kEarly));
}

Task<void> leave_behind(Waiter& waiter, TaskScope& scope, Deadline& seen) {
  scope.spawn(wait(waiter, seen));
  co_return;
}

TEST(ServedCall, ATaskThatOutlivesTheCallInheritsNoDeadlineOfALaterOne) {
  Loop loop;
  TaskScope scope(loop);
  Waiter waiter;
  Deadline seen = kLate;
  auto call = make_call(kEarly);
  call->set_trace(TraceContext({1}, {2}, true));
  serve(loop, call, leave_behind(waiter, scope, seen));
  call->end();
  call->begin(kLate);
  waiter.wake();
  EXPECT_TRUE(seen.is_never());
  call.reset();
  loop.run(scope.join());
}

TEST(ServedCall, AForkStandsInTheSameTraceAlsoWhenTheCallHasEnded) {
  auto call = make_call(kEarly);
  call->set_trace(TraceContext({1}, {2}, true));
  call->set_trace_state("a=1");
  const auto fork = call->fork()->fork();
  EXPECT_TRUE(fork->running());
  EXPECT_EQ(fork->deadline(), kEarly);
  call->end();
  EXPECT_FALSE(fork->running());
  call->begin(kLate);
  EXPECT_FALSE(fork->running());
  EXPECT_TRUE(fork->deadline().is_never());
  EXPECT_EQ(fork->trace(), TraceContext({1}, {2}, true));
  EXPECT_EQ(fork->trace_state(), "a=1");
}

TEST(ServedCall, AThreadThatBlocksOnALoopServesItsCallThere) {
  LoopThread other;
  const auto call = make_call(kEarly);
  const auto look = [](Loop& loop) -> Task<absl::StatusOr<Deadline>> {
    co_await pause(loop);
    co_return current_deadline();
  };
  const ServingScope scope(call.get());
  const absl::StatusOr<Deadline> seen = block_on(other.loop(), look(other.loop()));
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(*seen, kEarly);
}

TEST(ServedCall, WhatIsStartedOnALoopByItsExecutorServesNobody) {
  Loop loop;
  Deadline seen = kEarly;
  const auto start = [](Loop& on, Deadline& deadline) -> Task<void> {
    const auto look = [](Deadline& place) -> Task<void> {
      place = current_deadline();
      co_return;
    };
    boost::asio::co_spawn(on.executor(), look(deadline), [](std::exception_ptr) {});
    co_await pause(on);
  };
  serve(loop, make_call(kLate), start(loop, seen));
  EXPECT_TRUE(seen.is_never());
}

TEST(CallExecutor, IsAnExecutorForAsio) {
  boost::asio::io_context context(1);
  const auto call = make_call(kEarly);
  const boost::asio::any_io_executor none = executor_for(context, nullptr);
  const boost::asio::any_io_executor some = executor_for(context, call);
  EXPECT_EQ(some, boost::asio::any_io_executor(executor_for(context, call)));
  EXPECT_NE(some, none);
  EXPECT_EQ(&some.context(), &context);
  int ran = 0;
  some.execute([&] { ran += ServedCall::current() == call.get(); });
  context.run();
  EXPECT_EQ(ran, 1);
}

}  // namespace
}  // namespace fairlead
