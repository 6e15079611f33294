// Limits: those of the server, which may change, and those of who reads too slowly.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/fault/steps.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::NatsServer;

Task<void> lowered_limit(Loop& loop, NatsServer& server) {
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  EventStream events = connection.events();
  const std::string large(2000, 'x');
  EXPECT_TRUE(connection.publish("a", large).ok());
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  server.reload("max_payload: 1000");
  // The server tells nobody, and closes whoever sends too much.
  EXPECT_TRUE(connection.publish("a", large).ok());
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  if (lost.ok()) {
    EXPECT_TRUE(absl::IsResourceExhausted(lost->status())) << lost->status();
  }
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  const absl::Status refused = connection.publish("a", large);
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  co_await testing::expect_working(connection);
  connection.close();
}

TEST(Pressure, AMaxPayloadLoweredAtRunTime) {
  NatsServer server({}, "max_payload: 1MB");
  Loop loop;
  loop.run(lowered_limit(loop, server));
}

Task<void> ask_too_much(Connection connection, absl::Status& status) {
  auto reply = co_await connection.request("a", std::string(2000, 'x'), std::chrono::minutes(10));
  status = reply.status();
}

Task<void> lowered_limit_meanwhile(Loop& loop, NatsServer& server, NatsServer& smaller) {
  Connection connection = co_await testing::connect(
      loop, testing::impatient(concat(server.url(), ",", smaller.url())).set_randomize(false));
  EventStream events = connection.events();
  auto subscription = connection.subscribe("a");
  smaller.kill();
  server.kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  // Kept under the limit of a server that is gone, sent to one with another.
  const absl::Status kept = connection.publish("a", std::string(2000, 'x'));
  EXPECT_TRUE(kept.ok()) << kept;
  absl::Status refused;
  TaskScope scope(loop);
  scope.spawn(ask_too_much(connection, refused));
  EXPECT_TRUE(connection.publish("a", "small").ok());
  smaller.start();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok() && back->server() == smaller.address()) << back.status();
  co_await scope.join();
  EXPECT_TRUE(absl::IsResourceExhausted(refused)) << refused;
  EXPECT_FALSE(may_have_executed(refused));
  auto told = co_await testing::next_event(events, EventKind::kError);
  EXPECT_TRUE(told.ok() && told->subject() == "a") << told.status();
  auto message = co_await subscription->next(Deadline::after(seconds(5)));
  EXPECT_TRUE(message.ok() && message->payload == "small") << message.status();
  co_await testing::expect_working(connection);
  EXPECT_EQ(connection.statistics().reconnects, 1u);
  connection.close();
}

TEST(Pressure, AMessageKeptThatTheNextServerDoesNotTake) {
  NatsServer server;
  NatsServer smaller({}, "max_payload: 1000");
  Loop loop;
  loop.run(lowered_limit_meanwhile(loop, server, smaller));
}

Task<void> slow_beside_fast(Loop& loop, NatsServer& server) {
  constexpr int kCount = 10'000;
  constexpr int kLimit = 100;
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  EventStream events = connection.events();
  auto slow = connection.subscribe("news", SubscribeOptions().set_pending_limit(kLimit));
  int fast = 0;
  const auto take = [&](const MessageView&) { ++fast; };
  auto callback = connection.subscribe("news", SubscribeOptions(), take);
  auto roomy = connection.subscribe("news");
  for (int episode = 1; episode <= 2; ++episode) {
    for (int i = 0; i < kCount; ++i) {
      EXPECT_TRUE(connection.publish("news", std::to_string(i)).ok());
    }
    auto flushed = co_await connection.flush(seconds(30));
    EXPECT_TRUE(flushed.ok()) << flushed;
    EXPECT_EQ(fast, kCount * episode);
    EXPECT_EQ(slow->dropped(), static_cast<std::uint64_t>((kCount - kLimit) * episode));
    EXPECT_EQ(roomy->dropped(), 0u);
    auto told = co_await testing::next_event(events, EventKind::kSlowConsumer);
    EXPECT_TRUE(told.ok() && told->subject() == "news") << told.status();
    for (int i = 0; i < kLimit; ++i) {
      auto message = co_await slow->next(Deadline::after(seconds(10)));
      EXPECT_TRUE(message.ok() && message->payload == std::to_string(i)) << message.status();
    }
  }
  auto more = co_await events.next(Deadline::after(milliseconds(20)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(more.status())) << "an event for each lost message";
  EXPECT_TRUE(connection.is_open());
  connection.close();
}

TEST(Pressure, ASlowConsumerLosesItsOwnMessagesAlone) {
  NatsServer server;
  Loop loop;
  loop.run(slow_beside_fast(loop, server));
}

Task<void> slow_by_bytes(Loop& loop, NatsServer& server) {
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  auto slow = connection.subscribe("news", SubscribeOptions().set_pending_limit(1000, 10'000));
  for (int i = 0; i < 100; ++i) {
    EXPECT_TRUE(connection.publish("news", std::string(1000, 'x')).ok());
  }
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  EXPECT_GE(slow->dropped(), 90u);
  EXPECT_LT(slow->dropped(), 100u);
  connection.close();
}

TEST(Pressure, ASlowConsumerIsBoundedByBytes) {
  NatsServer server;
  Loop loop;
  loop.run(slow_by_bytes(loop, server));
}

Task<void> much_too_fast(Loop& loop, NatsServer& server) {
  constexpr int kCount = 2000;
  Connection connection =
      co_await testing::connect(loop, testing::impatient(server.url()).set_write_limit(1 << 20));
  int received = 0;
  const auto take = [&](const MessageView&) { ++received; };
  auto subscription = connection.subscribe("much", SubscribeOptions(), take);
  // In all two hundred times what may wait to be written.
  const std::string payload(100'000, 'x');
  for (int i = 0; i < kCount; ++i) {
    const absl::Status sent = co_await connection.send("much", payload);
    EXPECT_TRUE(sent.ok()) << sent;
    if (!sent.ok()) break;
  }
  auto flushed = co_await connection.flush(seconds(30));
  EXPECT_TRUE(flushed.ok()) << flushed;
  EXPECT_EQ(received, kCount);
  EXPECT_EQ(connection.statistics().reconnects, 0u);
  connection.close();
}

TEST(Pressure, AFasterSenderThanTheServerWaits) {
  NatsServer server;
  Loop loop;
  loop.run(much_too_fast(loop, server));
}

}  // namespace
}  // namespace fairlead::nats
