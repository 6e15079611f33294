#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class NatsConnection : public ::testing::Test {
 protected:
  /// Runs `body`, a coroutine function, with a connection to a server of its own.
  void with_connection(Task<void> (*body)(Connection)) { loop_.run(connect_and(body)); }

  testing::NatsServer server_;
  Loop loop_;

 private:
  Task<void> connect_and(Task<void> (*body)(Connection)) {
    auto connection = co_await Connection::connect(loop_, ConnectOptions(server_.url()));
    EXPECT_TRUE(connection.ok()) << connection.status();
    if (connection.ok()) co_await body(*connection);
  }
};

TEST_F(NatsConnection, PublishAndSubscribe) {
  with_connection([](Connection connection) -> Task<void> {
    auto subscription = connection.subscribe("greet.*");
    Headers headers;
    headers.add("Lang", "de");
    EXPECT_TRUE(connection.publish("greet.world", "hallo", headers, "back").ok());
    auto message = co_await subscription->next();
    EXPECT_TRUE(message.ok()) << message.status();
    EXPECT_EQ(message->subject, "greet.world");
    EXPECT_EQ(message->payload, "hallo");
    EXPECT_EQ(message->reply, "back");
    EXPECT_EQ(message->headers.get("lang"), "de");
  });
}

TEST_F(NatsConnection, RequestAndReply) {
  with_connection([](Connection connection) -> Task<void> {
    auto service =
        connection.subscribe("double", SubscribeOptions(), [&](const MessageView& request) {
          const std::string twice = concat(request.payload, request.payload);
          EXPECT_TRUE(connection.publish(request.reply, twice).ok());
        });
    EXPECT_TRUE(service.ok());
    for (int i = 0; i < 100; ++i) {
      auto reply = co_await connection.request("double", std::to_string(i), seconds(5));
      EXPECT_TRUE(reply.ok()) << reply.status();
      EXPECT_EQ(reply.ok() ? reply->payload : "", concat(i, i));
    }
  });
}

TEST_F(NatsConnection, NobodySubscribedIsToldAtOnce) {
  with_connection([](Connection connection) -> Task<void> {
    auto reply = co_await connection.request("nobody", "", seconds(60));
    EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  });
}

TEST_F(NatsConnection, ASilentSubscriberMeansDeadlineExceeded) {
  with_connection([](Connection connection) -> Task<void> {
    auto silent = connection.subscribe("silent");
    auto reply = co_await connection.request("silent", "", milliseconds(20));
    EXPECT_TRUE(absl::IsDeadlineExceeded(reply.status())) << reply.status();
  });
}

TEST_F(NatsConnection, LargeMessagesPassAndTooLargeOnesAreRefusedHere) {
  with_connection([](Connection connection) -> Task<void> {
    auto subscription = connection.subscribe("large");
    const std::string large(1 << 20, 'x');
    EXPECT_TRUE(connection.publish("large", large).ok());
    EXPECT_TRUE(absl::IsResourceExhausted(connection.publish("large", large + "x")));
    auto message = co_await subscription->next();
    EXPECT_TRUE(message.ok() && message->payload == large);
    EXPECT_TRUE((co_await connection.flush(seconds(5))).ok());
  });
}

TEST_F(NatsConnection, BadSubjectsAndHeadersAreRefusedHere) {
  with_connection([](Connection connection) -> Task<void> {
    Headers evil;
    evil.add("A", "1\r\nPUB x 0\r\n");
    EXPECT_TRUE(absl::IsInvalidArgument(connection.publish("a b", "")));
    EXPECT_TRUE(absl::IsInvalidArgument(connection.publish("a.*", "")));
    EXPECT_TRUE(absl::IsInvalidArgument(connection.publish("a", "", evil)));
    EXPECT_TRUE(absl::IsInvalidArgument(connection.subscribe("a..b").status()));
    EXPECT_TRUE((co_await connection.flush(seconds(5))).ok());
  });
}

TEST_F(NatsConnection, UnsubscribeAfterACount) {
  with_connection([](Connection connection) -> Task<void> {
    auto subscription = connection.subscribe("count");
    subscription->unsubscribe_after(2);
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(connection.publish("count", std::to_string(i)).ok());
    EXPECT_TRUE((co_await connection.flush(seconds(5))).ok());
    auto first = co_await subscription->next();
    auto second = co_await subscription->next();
    auto third = co_await subscription->next();
    EXPECT_EQ(first->payload, "0");
    EXPECT_EQ(second->payload, "1");
    EXPECT_TRUE(absl::IsCancelled(third.status())) << third.status();
  });
}

Task<void> read_one(std::unique_ptr<Subscription> subscription, absl::Status& status,
                    Connection connection, absl::StatusOr<Subscription>& next) {
  auto message = co_await subscription->next();
  status = message.status();
  // What tidies up all the same, and for the last time; the next one may get the same memory.
  subscription->unsubscribe();
  subscription.reset();
  next = connection.subscribe("next");
}

TEST_F(NatsConnection, WhoWaitsMayDestroyTheSubscriptionWhenItEnds) {
  with_connection([](Connection connection) -> Task<void> {
    auto subscription = std::make_unique<Subscription>(*connection.subscribe("first"));
    Subscription& handle = *subscription;
    absl::Status end;
    absl::StatusOr<Subscription> next = absl::UnknownError("not yet");
    TaskScope scope(connection.loop());
    scope.spawn(read_one(std::move(subscription), end, connection, next));
    EXPECT_TRUE((co_await connection.flush(seconds(5))).ok());
    handle.unsubscribe();
    co_await scope.join();
    EXPECT_TRUE(absl::IsCancelled(end)) << end;
    EXPECT_TRUE(next.ok()) << next.status();
    if (!next.ok()) co_return;
    EXPECT_TRUE(connection.publish("next", "x").ok());
    auto message = co_await next->next(Deadline::after(seconds(5)));
    EXPECT_TRUE(message.ok()) << message.status();
  });
}

TEST_F(NatsConnection, DrainingASubscriptionLosesNothing) {
  with_connection([](Connection connection) -> Task<void> {
    int received = 0;
    auto subscription =
        connection.subscribe("work", SubscribeOptions(), [&](const MessageView&) { ++received; });
    for (int i = 0; i < 10'000; ++i) EXPECT_TRUE(connection.publish("work", "x").ok());
    const absl::Status drained = co_await subscription->drain(seconds(5));
    EXPECT_TRUE(drained.ok()) << drained;
    EXPECT_EQ(received, 10'000);
  });
}

TEST_F(NatsConnection, RequestManyCollectsUntilNothingMoreComes) {
  with_connection([](Connection connection) -> Task<void> {
    const auto answer = [&](const MessageView& request) {
      EXPECT_TRUE(connection.publish(request.reply, "me").ok());
    };
    auto first = connection.subscribe("who", SubscribeOptions(), answer);
    auto second = connection.subscribe("who", SubscribeOptions(), answer);
    auto some = co_await connection.request_many("who", "", seconds(5), milliseconds(50));
    EXPECT_TRUE(some.ok() && some->size() == 2u) << some.status();
    auto none = co_await connection.request_many("nobody", "", seconds(60), milliseconds(50));
    EXPECT_TRUE(none.ok() && none->empty()) << none.status();
  });
}

TEST_F(NatsConnection, TheServersEndIsToldToAllWhoWait) {
  struct Waits {
    static Task<void> request(Connection connection, absl::Status& status) {
      auto reply = co_await connection.request("silent", "", seconds(60));
      status = reply.status();
    }
    static Task<void> next(Subscription subscription, absl::Status& status) {
      auto message = co_await subscription.next();
      status = message.status();
    }
  };
  ConnectOptions options(server_.url());
  options.set_max_reconnects(0);
  auto connection = loop_.run(Connection::connect(loop_, options));
  ASSERT_TRUE(connection.ok());
  auto silent = connection->subscribe("silent");
  TaskScope scope(loop_);
  absl::Status request, next;
  scope.spawn(Waits::request(*connection, request));
  scope.spawn(Waits::next(*silent, next));
  ASSERT_TRUE(loop_.run(connection->flush(seconds(5))).ok());
  // The request itself is the subscription's first message.
  server_.kill();
  const absl::Status reason = loop_.run(connection->closed());
  loop_.run(scope.join());
  EXPECT_TRUE(absl::IsUnavailable(reason)) << reason;
  EXPECT_TRUE(absl::IsUnavailable(request)) << request;
  EXPECT_TRUE(may_have_executed(request)) << request;
  const absl::Status refused = connection->publish("a", "");
  EXPECT_TRUE(absl::IsUnavailable(refused)) << refused;
  EXPECT_FALSE(may_have_executed(refused));
}

TEST_F(NatsConnection, CloseEndsItForAllHandles) {
  with_connection([](Connection connection) -> Task<void> {
    Connection other = connection;
    connection.close();
    connection.close();
    const absl::Status reason = co_await other.closed();
    EXPECT_TRUE(reason.ok()) << reason;
    EXPECT_FALSE(other.is_open());
    EXPECT_TRUE(absl::IsUnavailable(other.publish("a", "")));
    EXPECT_TRUE(absl::IsUnavailable(co_await other.flush(seconds(5))));
  });
}

TEST(NatsCredentials, UserAndPasswordFromTheUrlAndFromOptions) {
  testing::NatsServer server({"--user", "me", "--pass", "s3cret"});
  Loop loop;
  const auto in_url =
      loop.run(Connection::connect(loop, ConnectOptions("nats://me:s3cret@" + server.address())));
  EXPECT_TRUE(in_url.ok()) << in_url.status();
  const auto in_options =
      loop.run(Connection::connect(loop, ConnectOptions(server.url()).set_user("me", "s3cret")));
  EXPECT_TRUE(in_options.ok()) << in_options.status();
  const auto wrong =
      loop.run(Connection::connect(loop, ConnectOptions("nats://me:wr0ng@" + server.address())));
  EXPECT_TRUE(absl::IsUnauthenticated(wrong.status())) << wrong.status();
  EXPECT_EQ(to_std(wrong.status().message()).find("wr0ng"), std::string_view::npos);
}

TEST(NatsCredentials, Token) {
  testing::NatsServer server({"--auth", "t0ken"});
  Loop loop;
  EXPECT_TRUE(
      loop.run(Connection::connect(loop, ConnectOptions("nats://t0ken@" + server.address()))).ok());
  EXPECT_TRUE(
      loop.run(Connection::connect(loop, ConnectOptions(server.url()).set_token("t0ken"))).ok());
  EXPECT_TRUE(absl::IsUnauthenticated(
      loop.run(Connection::connect(loop, ConnectOptions(server.url()))).status()));
}

TEST(NatsServers, TheFirstThatAnswersIsTaken) {
  testing::NatsServer server;
  Loop loop;
  // Port 1 of the loopback address refuses.
  const auto connection =
      loop.run(Connection::connect(loop, ConnectOptions("nats://127.0.0.1:1," + server.url())));
  EXPECT_TRUE(connection.ok()) << connection.status();
  const auto none = loop.run(Connection::connect(loop, ConnectOptions("nats://127.0.0.1:1")));
  EXPECT_EQ(none.status().message(),
            "no connection to NATS: 127.0.0.1:1: connecting failed: Connection refused");
}

}  // namespace
}  // namespace fairlead::nats
