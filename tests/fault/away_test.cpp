// What may be done while there is no server, or one that is about to stop.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/fault/load.hpp"
#include "tests/fault/steps.hpp"
#include "tests/fault/waits.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Load;
using testing::NatsServer;

/// A server and a loop, for tests that are coroutine functions.
class Away : public ::testing::Test {
 protected:
  Task<Connection> connect(ConnectOptions options) {
    return testing::connect(loop_, std::move(options));
  }
  Task<Connection> connect() { return connect(testing::impatient(server_.url())); }

  Task<void> messages_meanwhile();
  Task<void> lost_before_a_flush();
  Task<void> timed_out();
  Task<void> full_of_what_nobody_waits_for();
  Task<void> gone_for_good();
  Task<void> closed_meanwhile();
  Task<void> drained_meanwhile();
  Task<void> drained_while_frozen();
  Task<void> lame_duck_alone();
  Task<void> not_there_yet();

  Loop loop_;
  NatsServer server_;
};

Task<void> Away::messages_meanwhile() {
  const std::string kilobyte(1000, 'x');
  Connection connection =
      co_await connect(testing::impatient(server_.url()).set_reconnect_buffer(10'500));
  EventStream events = connection.events();
  auto subscription = connection.subscribe("meanwhile");
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  EXPECT_FALSE(connection.is_open());
  EXPECT_FALSE(connection.is_closed());
  int kept = 0;
  absl::Status refusal;
  while (refusal.ok() && kept < 100) {
    refusal = connection.publish("meanwhile", concat(kept, " ", kilobyte));
    if (refusal.ok()) ++kept;
  }
  EXPECT_TRUE(absl::IsUnavailable(refusal)) << refusal;
  EXPECT_FALSE(may_have_executed(refusal));
  EXPECT_GE(kept, 9);
  EXPECT_LE(kept, 10);
  auto refused = co_await connection.request("meanwhile", kilobyte, seconds(10));
  EXPECT_TRUE(absl::IsUnavailable(refused.status())) << refused.status();
  EXPECT_FALSE(may_have_executed(refused.status()));
  server_.start();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  for (int i = 0; i < kept; ++i) {
    auto message = co_await subscription->next(Deadline::after(seconds(10)));
    EXPECT_TRUE(message.ok()) << message.status();
    if (message.ok()) {
      EXPECT_EQ(message->payload, concat(i, " ", kilobyte));
    }
  }
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Away, WhileItIsAwayMessagesAreKeptUpToALimit) {
  loop_.run(messages_meanwhile());
}

Task<void> Away::lost_before_a_flush() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  for (const bool published : {true, false}) {
    if (published) {
      EXPECT_TRUE(connection.publish("a", "perhaps lost").ok());
    }
    server_.kill();
    server_.start();
    auto back = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(back.ok()) << back.status();
    auto fence = co_await connection.round_trip(seconds(10));
    EXPECT_TRUE(fence.ok()) << fence.status();
    auto flushed = co_await connection.flush(seconds(10));
    EXPECT_EQ(absl::IsUnavailable(flushed), published) << flushed;
    flushed = co_await connection.flush(seconds(10));
    EXPECT_TRUE(flushed.ok()) << "it is told once: " << flushed;
  }
  connection.close();
}

TEST_F(Away, AFlushTellsOfALossBeforeIt) {
  loop_.run(lost_before_a_flush());
}

Task<void> Away::timed_out() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto silent = connection.subscribe("silent");
  auto sent = co_await connection.request("silent", "x", milliseconds(30));
  EXPECT_TRUE(absl::IsDeadlineExceeded(sent.status())) << sent.status();
  EXPECT_TRUE(may_have_executed(sent.status()));
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  auto kept = co_await connection.request("silent", "x", milliseconds(30));
  EXPECT_TRUE(absl::IsDeadlineExceeded(kept.status())) << kept.status();
  EXPECT_FALSE(may_have_executed(kept.status()));
  connection.close();
}

TEST_F(Away, ATimeOutSaysWhetherTheRequestWasSent) {
  loop_.run(timed_out());
}

Task<void> Away::full_of_what_nobody_waits_for() {
  Connection connection =
      co_await connect(testing::impatient(server_.url()).set_reconnect_buffer(10'000));
  EventStream events = connection.events();
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  for (int i = 0; i < 30; ++i) {
    auto reply = co_await connection.request("silent", std::string(1000, 'x'), milliseconds(2));
    EXPECT_TRUE(absl::IsDeadlineExceeded(reply.status())) << reply.status();
  }
  EXPECT_TRUE(connection.publish("a", std::string(1000, 'x')).ok());
  connection.close();
}

TEST_F(Away, WhatNobodyWaitsForMakesRoom) {
  loop_.run(full_of_what_nobody_waits_for());
}

Task<void> Away::gone_for_good() {
  Connection connection = co_await connect(ConnectOptions(server_.url())
                                               .set_reconnect_wait(milliseconds(5), milliseconds(0))
                                               .set_max_reconnects(3));
  EventStream events = connection.events();
  Load load(loop_);
  load.serve(connection);
  load.start(connection, 16, milliseconds(100'000));
  const bool under_way = co_await load.answers(100);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  auto closed = co_await testing::next_event(events, EventKind::kClosed);
  EXPECT_TRUE(closed.ok()) << closed.status();
  auto nothing = co_await events.next();
  EXPECT_TRUE(absl::IsCancelled(nothing.status())) << nothing.status();
  // Also those that were asked while it was away.
  co_await load.stop();
  load.expect_consistent();
  const absl::Status reason = co_await connection.closed();
  EXPECT_TRUE(absl::IsUnavailable(reason)) << reason;
  const absl::Status flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(absl::IsUnavailable(flushed)) << flushed;
}

TEST_F(Away, GoneForGoodIsGivenUp) {
  loop_.run(gone_for_good());
}

Task<void> Away::closed_meanwhile() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto silent = connection.subscribe("silent");
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  testing::Ends ends;
  absl::Status next, flush, closed = absl::UnknownError("");
  TaskScope scope(loop_);
  scope.spawn(testing::ask_the_silent(connection, ends));
  scope.spawn(testing::wait_for_next(*silent, next));
  scope.spawn(testing::wait_for_flush(connection, flush));
  scope.spawn(testing::wait_for_closed(connection, closed));
  connection.close();
  connection.close();
  co_await scope.join();
  EXPECT_TRUE(absl::IsUnavailable(ends.example)) << ends.example;
  EXPECT_TRUE(absl::IsUnavailable(next)) << next;
  EXPECT_TRUE(absl::IsUnavailable(flush)) << flush;
  EXPECT_TRUE(closed.ok()) << closed;
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(Away, ClosingWhileItIsAwayEndsAllWaiting) {
  loop_.run(closed_meanwhile());
}

Task<void> Away::drained_meanwhile() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto silent = connection.subscribe("silent");
  server_.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  const auto start = Deadline::Clock::now();
  const absl::Status drained = co_await connection.drain(milliseconds(200));
  EXPECT_FALSE(drained.ok()) << "what waited was not sent";
  EXPECT_LT(Deadline::Clock::now() - start, seconds(5));
  EXPECT_TRUE(connection.is_closed());
}

TEST_F(Away, DrainingWhileItIsAwayIsBounded) {
  loop_.run(drained_meanwhile());
}

Task<void> Away::drained_while_frozen() {
  Connection connection = co_await connect();
  auto silent = connection.subscribe("silent");
  server_.freeze();
  const auto start = Deadline::Clock::now();
  const absl::Status drained = co_await connection.drain(milliseconds(200));
  EXPECT_FALSE(drained.ok());
  EXPECT_LT(Deadline::Clock::now() - start, seconds(5));
  EXPECT_TRUE(connection.is_closed());
  const absl::Status reason = co_await connection.closed();
  EXPECT_TRUE(reason.ok()) << reason;
}

TEST_F(Away, DrainingWhileItIsFrozenIsBounded) {
  loop_.run(drained_while_frozen());
}

Task<void> Away::lame_duck_alone() {
  NatsServer duck({}, "lame_duck_duration: 30s, lame_duck_grace_period: 200ms");
  Connection connection = co_await connect(testing::impatient(duck.url()));
  EventStream events = connection.events();
  duck.lame_duck();
  auto told = co_await testing::next_event(events, EventKind::kLameDuck);
  EXPECT_TRUE(told.ok()) << told.status();
  // There is no other to move to, so it stays for as long as it may.
  co_await testing::expect_working(connection);
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  const std::function<void()> restart = [&] {
    duck.wait_for_end();
    duck.start();
  };
  co_await testing::aside(loop_, restart);
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Away, ALameDuckWithoutAnotherIsStayedWith) {
  loop_.run(lame_duck_alone());
}

Task<void> Away::not_there_yet() {
  server_.kill();
  const std::function<void()> start = [&] { server_.start(); };
  TaskScope scope(loop_);
  scope.spawn(testing::aside(loop_, start));
  auto connection = co_await Connection::connect(
      loop_, testing::impatient(server_.url()).set_connect_retry(seconds(20)));
  co_await scope.join();
  EXPECT_TRUE(connection.ok()) << connection.status();
  if (!connection.ok()) co_return;
  co_await testing::expect_working(*connection);
  connection->close();
}

TEST_F(Away, NotThereYetIsWaitedForIfAsked) {
  loop_.run(not_there_yet());
}

TEST_F(Away, ALoopMayEndWhileItIsAway) {
  auto connection = loop_.run(connect());
  server_.kill();
  EventStream events = connection.events();
  EXPECT_TRUE(loop_.run(testing::next_event(events, EventKind::kDisconnected)).ok());
}

}  // namespace
}  // namespace fairlead::nats
