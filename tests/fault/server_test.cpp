// One server that dies or freezes, and comes back or does not.
#include <string>
#include <vector>

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
class Server : public ::testing::Test {
 protected:
  Task<Connection> connect(ConnectOptions options) {
    return testing::connect(loop_, std::move(options));
  }
  Task<Connection> connect() { return connect(testing::impatient(server_.url())); }

  Task<void> killed_under_load();
  Task<void> stopped_under_load();
  Task<void> requests_in_flight(int count);
  Task<void> many_subscriptions(int count);
  Task<void> limited_subscriptions();
  Task<void> frozen();
  Task<void> frozen_for_good();

  Loop loop_;
  NatsServer server_;
};

Task<void> Server::killed_under_load() {
  Connection service = co_await connect();
  Connection caller = co_await connect();
  EventStream events = caller.events();
  Load load(loop_);
  load.serve(service);
  load.start(caller, 64);
  for (int i = 0; i < 3; ++i) {
    const bool under_way = co_await load.answers(2000);
    EXPECT_TRUE(under_way) << to_string(load.tally());
    const std::function<void()> restart = [&] {
      server_.kill();
      server_.start();
    };
    co_await testing::aside(loop_, restart);
    auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
    EXPECT_TRUE(lost.ok() && absl::IsUnavailable(lost->status())) << lost.status();
    auto back = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(back.ok() && back->server() == server_.address()) << back.status();
  }
  const bool under_way = co_await load.answers(2000);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  co_await load.stop();
  load.expect_consistent();
  EXPECT_GT(load.tally().perhaps_executed, 0u) << to_string(load.tally());
  EXPECT_EQ(caller.statistics().reconnects, 3u);
  EXPECT_EQ(service.statistics().reconnects, 3u);
  co_await testing::expect_working(caller);
  caller.close();
  service.close();
}

TEST_F(Server, KilledAndRestartedUnderLoad) {
  loop_.run(killed_under_load());
}

Task<void> Server::stopped_under_load() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  Load load(loop_);
  load.serve(connection);
  load.start(connection, 64);
  const bool under_way = co_await load.answers(1000);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  const std::function<void()> restart = [&] {
    server_.stop_gently();
    server_.start();
  };
  co_await testing::aside(loop_, restart);
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  const bool under_way_again = co_await load.answers(1000);
  EXPECT_TRUE(under_way_again) << to_string(load.tally());
  co_await load.stop();
  load.expect_consistent();
  connection.close();
}

TEST_F(Server, StoppedAndRestartedUnderLoad) {
  loop_.run(stopped_under_load());
}

Task<void> Server::requests_in_flight(int count) {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  int arrived = 0;
  const auto take = [&](const MessageView&) { ++arrived; };
  auto silent = connection.subscribe("silent", SubscribeOptions(), take);
  testing::Ends ends;
  TaskScope scope(loop_);
  for (int i = 0; i < count; ++i) scope.spawn(testing::ask_the_silent(connection, ends));
  auto flushed = co_await connection.flush(seconds(30));
  EXPECT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(arrived, count);
  server_.kill();
  const auto start = Deadline::Clock::now();
  co_await scope.join();
  EXPECT_LT(Deadline::Clock::now() - start, seconds(10));
  EXPECT_EQ(ends.lost, count) << ends.example;
  EXPECT_EQ(ends.other, 0) << ends.example;
  server_.start();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  // None of them is sent again.
  co_await testing::expect_working(connection);
  EXPECT_EQ(arrived, count);
  connection.close();
}

TEST_F(Server, KilledWith100000RequestsInFlight) {
  loop_.run(requests_in_flight(100'000));
}

Task<void> Server::many_subscriptions(int count) {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  std::vector<int> arrived(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    int& mine = arrived[static_cast<std::size_t>(i)];
    const auto take = [&mine](const MessageView&) { ++mine; };
    SubscribeOptions options;
    if (i % 2 == 0) options.set_queue_group("group");
    auto subscription = connection.subscribe(concat("many.", i), options, take);
    EXPECT_TRUE(subscription.ok()) << subscription.status();
  }
  for (int round = 1; round <= 2; ++round) {
    for (int i = 0; i < count; ++i) {
      EXPECT_TRUE(connection.publish(concat("many.", i), "x").ok());
    }
    auto flushed = co_await connection.flush(seconds(30));
    EXPECT_TRUE(flushed.ok()) << flushed;
    EXPECT_EQ(arrived, std::vector<int>(static_cast<std::size_t>(count), round));
    if (round == 2) break;
    server_.kill();
    server_.start();
    auto back = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(back.ok()) << back.status();
  }
  connection.close();
}

TEST_F(Server, TenThousandSubscriptionsAreRestored) {
  loop_.run(many_subscriptions(10'000));
}

Task<void> Server::limited_subscriptions() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto five = connection.subscribe("five");
  auto three = connection.subscribe("three");
  auto ended = connection.subscribe("ended");
  five->unsubscribe_after(5);
  three->unsubscribe_after(3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(connection.publish("five", "before").ok());
    EXPECT_TRUE(connection.publish("three", "before").ok());
  }
  ended->unsubscribe();
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  server_.kill();
  server_.start();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(connection.publish("five", "after").ok());
    EXPECT_TRUE(connection.publish("three", "after").ok());
    EXPECT_TRUE(connection.publish("ended", "after").ok());
  }
  flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  for (int i = 0; i < 5; ++i) {
    auto message = co_await five->next();
    EXPECT_TRUE(message.ok() && message->payload == (i < 3 ? "before" : "after"));
  }
  for (int i = 0; i < 3; ++i) {
    auto message = co_await three->next();
    EXPECT_TRUE(message.ok() && message->payload == "before") << message.status();
  }
  auto none = co_await five->next();
  EXPECT_TRUE(absl::IsCancelled(none.status())) << none.status();
  none = co_await three->next();
  EXPECT_TRUE(absl::IsCancelled(none.status())) << none.status();
  none = co_await ended->next();
  EXPECT_TRUE(absl::IsCancelled(none.status())) << none.status();
  connection.close();
}

TEST_F(Server, OfALimitedSubscriptionTheRestIsRestored) {
  loop_.run(limited_subscriptions());
}

Task<void> Server::frozen() {
  Connection connection = co_await connect(testing::impatient(server_.url())
                                               .set_ping_interval(milliseconds(30))
                                               .set_connect_timeout(milliseconds(100)));
  EventStream events = connection.events();
  auto silent = connection.subscribe("silent");
  testing::Ends ends;
  TaskScope scope(loop_);
  for (int i = 0; i < 10; ++i) scope.spawn(testing::ask_the_silent(connection, ends));
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  server_.freeze();
  absl::Status unanswered;
  scope.spawn(testing::wait_for_flush(connection, unanswered));
  co_await scope.join();
  EXPECT_TRUE(absl::IsUnavailable(unanswered)) << unanswered;
  EXPECT_EQ(ends.lost, 10) << ends.example;
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok() && absl::IsUnavailable(lost->status())) << lost.status();
  if (lost.ok()) {
    EXPECT_THAT(std::string(lost->status().message()), ::testing::HasSubstr("PING"));
  }
  server_.thaw();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Server, FrozenSoThatOnlyThePingsNotice) {
  loop_.run(frozen());
}

Task<void> Server::frozen_for_good() {
  Connection connection = co_await connect(ConnectOptions(server_.url())
                                               .set_ping_interval(milliseconds(20))
                                               .set_connect_timeout(milliseconds(50))
                                               .set_reconnect_wait(milliseconds(1), milliseconds(0))
                                               .set_max_reconnects(2));
  EventStream events = connection.events();
  auto silent = connection.subscribe("silent");
  server_.freeze();
  auto end = co_await testing::next_event(events, EventKind::kClosed);
  EXPECT_TRUE(end.ok()) << end.status();
  const absl::Status reason = co_await connection.closed();
  EXPECT_TRUE(absl::IsUnavailable(reason)) << reason;
  auto none = co_await silent->next();
  EXPECT_TRUE(absl::IsUnavailable(none.status())) << none.status();
  EXPECT_TRUE(absl::IsUnavailable(connection.publish("a", "")));
}

TEST_F(Server, FrozenForGoodIsGivenUp) {
  loop_.run(frozen_for_good());
}

}  // namespace
}  // namespace fairlead::nats
