// What a client does after its server has said something unpleasant, by the letter.
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "tests/fault/lying_server.hpp"
#include "tests/fault/steps.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::seconds;
using testing::LyingPeer;
using testing::LyingServer;

/// Greets, says `text`, and closes.
LyingServer::Script greet_and_say(std::string text) {
  return [text](LyingPeer& peer) {
    peer.greet();
    peer.send(text);
    peer.wait_for_end();
  };
}

/// Refuses the client's CONNECT.
LyingServer::Script refuse_with(std::string error) {
  return [error](LyingPeer& peer) {
    peer.send("INFO {\"server_id\":\"L\",\"version\":\"2.9.10\",\"headers\":true}\r\n");
    peer.read_until("CONNECT ");
    peer.send(concat("-ERR '", error, "'\r\n"));
  };
}

Task<void> stay(Loop& loop, ConnectOptions options) {
  Connection connection = co_await testing::connect(loop, std::move(options));
  EventStream events = connection.events();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  if (back.ok()) co_await testing::expect_working(connection);
  connection.close();
}

/// Expects that a client gets through to the last of `scripts`, and works there.
void expect_recovery(std::vector<LyingServer::Script> scripts, bool ignore_auth_errors = false) {
  LyingServer server(std::move(scripts));
  Loop loop;
  loop.run(stay(loop, testing::impatient(server.url()).set_ignore_auth_errors(ignore_auth_errors)));
  EXPECT_EQ(server.finish(), "");
}

Task<void> leave(Loop& loop, ConnectOptions options, absl::Status& reason) {
  Connection connection = co_await testing::connect(loop, std::move(options));
  EventStream events = connection.events();
  auto closed = co_await testing::next_event(events, EventKind::kClosed);
  EXPECT_TRUE(closed.ok()) << closed.status();
  connection.close();
  reason = co_await connection.closed();
}

/// Expects that a client gives up at the last of `scripts`, and returns why.
absl::Status expect_end(std::vector<LyingServer::Script> scripts) {
  LyingServer server(std::move(scripts));
  Loop loop;
  absl::Status reason;
  loop.run(leave(loop, testing::impatient(server.url()), reason));
  EXPECT_EQ(server.finish(), "");
  return reason;
}

/// A server on which a client can call itself once.
void echo(LyingPeer& peer) {
  peer.greet();
  std::string inbox;
  std::string service;
  while (inbox.empty() || service.empty()) {
    const std::string line = peer.read_until("SUB ");
    (line.find("still.there") == std::string::npos ? inbox : service) =
        line.substr(line.rfind(' ') + 1);
  }
  std::string payload;
  const std::string request = peer.read_publication(payload);
  const std::size_t start = request.find(' ', request.find(' ') + 1) + 1;
  const std::string reply = request.substr(start, request.find(' ', start) - start);
  peer.send(concat("MSG still.there ", service, " ", reply, " ", payload.size(), "\r\n", payload,
                   "\r\n"));
  peer.read_publication(payload);
  peer.send(concat("MSG ", reply, " ", inbox, " ", payload.size(), "\r\n", payload, "\r\n"));
  peer.wait_for_end();
}

TEST(Recovery, AfterErrorsThatEndTheConnection) {
  for (const std::string_view error :
       {"Stale Connection", "Authentication Timeout", "maximum connections exceeded",
        "maximum account active connections exceeded", "Parser Error", "Unknown Protocol Operation",
        "Maximum control line exceeded", "Maximum Payload Violation",
        "Connection throttling is active. Please try again later.",
        "something that nobody has heard of"}) {
    SCOPED_TRACE(error);
    expect_recovery({greet_and_say(concat("-ERR '", error, "'\r\n")), echo});
  }
}

TEST(Recovery, AfterLies) {
  for (const std::string_view lie : {"HELLO\r\n", "MSG a 1 -1\r\n", "MSG a 1 99999999999\r\n",
                                     "HMSG a 1 100 10\r\n", "INFO {\r\n"}) {
    SCOPED_TRACE(lie);
    expect_recovery({greet_and_say(std::string(lie)), echo});
  }
}

TEST(Recovery, AfterServersThatAreNotReady) {
  expect_recovery({greet_and_say("-ERR 'Stale Connection'\r\n"),
                   [](LyingPeer&) {},                                  // closes at once
                   [](LyingPeer& peer) { peer.send("INFO {\"ver"); },  // closes within INFO
                   [](LyingPeer& peer) { peer.send("HTTP/1.1 400\r\n"); },
                   refuse_with("maximum connections exceeded"), echo});
}

TEST(Recovery, CredentialsRefusedTwiceForOneReasonAreTheEnd) {
  const absl::Status reason =
      expect_end({greet_and_say("-ERR 'User Authentication Expired'\r\n"),
                  refuse_with("Authorization Violation"), refuse_with("Authorization Violation")});
  EXPECT_TRUE(absl::IsUnauthenticated(reason)) << reason;
}

TEST(Recovery, RevokedIsTheEndAsWell) {
  const absl::Status reason = expect_end({greet_and_say("-ERR 'User Authentication Revoked'\r\n"),
                                          refuse_with("User Authentication Revoked")});
  EXPECT_TRUE(absl::IsUnauthenticated(reason)) << reason;
}

TEST(Recovery, RefusedCredentialsMayBeRenewed) {
  expect_recovery({greet_and_say("-ERR 'User Authentication Expired'\r\n"),
                   refuse_with("Authorization Violation"), refuse_with("Authorization Violation"),
                   refuse_with("Authorization Violation"), echo},
                  true);
}

Task<void> restore(Loop& loop, LyingServer& server) {
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  EventStream events = connection.events();
  auto limited = connection.subscribe("limited", SubscribeOptions().set_queue_group("group"));
  limited->unsubscribe_after(5);
  auto plain = connection.subscribe("plain");
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  for (int i = 1; i <= 5; ++i) {
    auto message = co_await limited->next(Deadline::after(seconds(10)));
    EXPECT_TRUE(message.ok() && message->payload == std::to_string(i)) << message.status();
  }
  auto end = co_await limited->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(absl::IsCancelled(end.status())) << end.status();
  connection.close();
}

TEST(Recovery, SubscriptionsAreRestoredUnderTheirNumbersWithWhatIsLeft) {
  std::string limited;
  std::string plain;
  LyingServer server(
      {[&](LyingPeer& peer) {
         peer.greet();
         limited = peer.read_until("SUB limited group ");
         const std::string id = limited.substr(limited.rfind(' ') + 1);
         peer.read_until(concat("UNSUB ", id, " 5"));
         plain = peer.read_until("SUB plain ");
         peer.send(concat("MSG limited ", id, " 1\r\n1\r\n"));
         peer.send(concat("MSG limited ", id, " 1\r\n2\r\n"));
         // The third does not arrive whole.
         peer.send(concat("MSG limited ", id, " 1\r\n3"));
       },
       [&](LyingPeer& peer) {
         peer.greet();
         std::string id;
         bool restored_limited = false;
         bool restored_plain = false;
         bool restored_limit = false;
         while (!restored_limited || !restored_plain || !restored_limit) {
           const std::string line = peer.read_until("");
           restored_limited = restored_limited || line == limited;
           restored_plain = restored_plain || line == plain;
           id = limited.substr(limited.rfind(' ') + 1);
           restored_limit = restored_limit || line == concat("UNSUB ", id, " 3");
           if (line == "PING") peer.send("PONG\r\n");
         }
         for (const char number : {'3', '4', '5', '6'}) {
           peer.send(concat("MSG limited ", id, " 1\r\n", std::string_view(&number, 1), "\r\n"));
         }
         peer.wait_for_end();
       }});
  Loop loop;
  loop.run(restore(loop, server));
  EXPECT_EQ(server.finish(), "");
}

Task<void> denied(Loop& loop, LyingServer& server) {
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  EventStream events = connection.events();
  auto subscription = connection.subscribe("secret");
  auto none = co_await subscription->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(absl::IsPermissionDenied(none.status())) << none.status();
  auto told = co_await testing::next_event(events, EventKind::kError);
  EXPECT_TRUE(told.ok() && told->subject() == "secret") << told.status();
  auto reply = co_await connection.request("forbidden", "x", seconds(10));
  EXPECT_TRUE(absl::IsPermissionDenied(reply.status())) << reply.status();
  EXPECT_FALSE(may_have_executed(reply.status()));
  told = co_await testing::next_event(events, EventKind::kError);
  EXPECT_TRUE(told.ok() && told->subject() == "forbidden") << told.status();
  auto replies = co_await connection.request_many("forbidden", "x", seconds(10), seconds(1));
  EXPECT_TRUE(absl::IsPermissionDenied(replies.status())) << replies.status();
  auto fence = co_await connection.round_trip(seconds(10));
  EXPECT_TRUE(fence.ok()) << fence.status();
  connection.close();
}

TEST(Recovery, WhatIsNotPermittedIsToldToWhoAsked) {
  LyingServer server([](LyingPeer& peer) {
    peer.greet();
    peer.read_until("SUB secret ");
    peer.send("-ERR 'Permissions Violation for Subscription to \"secret\"'\r\n");
    std::string payload;
    peer.read_publication(payload);
    for (int i = 0; i < 2; ++i) {
      peer.send("-ERR 'Permissions Violation for Publish to \"forbidden\"'\r\n");
      if (i == 0) peer.read_publication(payload);
    }
    peer.read_until("UNSUB ");
    peer.read_until("PING");
    peer.send("PONG\r\n");
    peer.wait_for_end();
  });
  Loop loop;
  loop.run(denied(loop, server));
  EXPECT_EQ(server.finish(), "");
}

TEST(Recovery, ARequestToManyThatIsLostIsNoEmptyAnswer) {
  LyingServer server([](LyingPeer& peer) {
    peer.greet();
    std::string payload;
    peer.read_publication(payload);
  });
  Loop loop;
  auto connection =
      loop.run(Connection::connect(loop, ConnectOptions(server.url()).set_max_reconnects(0)));
  ASSERT_TRUE(connection.ok()) << connection.status();
  const auto replies = loop.run(connection->request_many("services", "", seconds(10), seconds(1)));
  EXPECT_TRUE(absl::IsUnavailable(replies.status())) << replies.status();
  EXPECT_TRUE(may_have_executed(replies.status())) << replies.status();
}

TEST(Recovery, ARequestThatWasTakenBeforeTheInboxWasRefusedMayHaveBeenExecuted) {
  LyingServer server([](LyingPeer& peer) {
    peer.greet();
    const std::string subscribe = peer.read_until("SUB ");
    const std::string inbox = subscribe.substr(4, subscribe.rfind(' ') - 4);
    std::string payload;
    peer.read_publication(payload);
    peer.send(concat("-ERR 'Permissions Violation for Subscription to \"", inbox, "\"'\r\n"));
    peer.wait_for_end();
  });
  Loop loop;
  auto connection = loop.run(testing::connect(loop, testing::impatient(server.url())));
  const auto taken = loop.run(connection.request("a", "x", seconds(10)));
  EXPECT_TRUE(absl::IsPermissionDenied(taken.status())) << taken.status();
  EXPECT_TRUE(may_have_executed(taken.status()));
  const auto refused = loop.run(connection.request("a", "x", seconds(10)));
  EXPECT_TRUE(absl::IsPermissionDenied(refused.status())) << refused.status();
  EXPECT_FALSE(may_have_executed(refused.status()));
  connection.close();
  EXPECT_EQ(server.finish(), "");
}

Task<void> last_words(Loop& loop, LyingServer& server) {
  auto connection =
      co_await Connection::connect(loop, ConnectOptions(server.url()).set_max_reconnects(0));
  EXPECT_TRUE(connection.ok()) << connection.status();
  if (!connection.ok()) co_return;
  co_await loop.sleep(std::chrono::milliseconds(1));  // while it handles input it does not write
  // More than the system takes, so that a write is under way.
  EXPECT_TRUE(connection->publish("a", std::string(30'000'000, 'x')).ok());
  // On the loop's thread: then it hears of the refusal and of the end at once.
  EXPECT_EQ(server.finish(), "");
  const absl::Status reason = co_await connection->closed();
  EXPECT_THAT(std::string(reason.message()), ::testing::HasSubstr("gone mad"));
}

TEST(Recovery, WhatAServerSaidBeforeItHungUpIsHeard) {
  LyingServer server([](LyingPeer& peer) {
    peer.greet(",\"max_payload\":60000000");
    peer.read_until("PUB ");
    peer.send("-ERR 'gone mad'\r\n");
  });
  Loop loop;
  loop.run(last_words(loop, server));
}

Task<void> two_of_many(Loop& loop, LyingServer& server) {
  Connection connection = co_await testing::connect(loop, testing::impatient(server.url()));
  auto subscription = connection.subscribe("many", SubscribeOptions().set_queue_group("q"));
  subscription->unsubscribe_after(2);
  for (int i = 0; i < 2; ++i) {
    auto message = co_await subscription->next(Deadline::after(seconds(10)));
    EXPECT_TRUE(message.ok()) << message.status();
  }
  auto none = co_await subscription->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(absl::IsCancelled(none.status())) << none.status();
  const std::function<void()> finish = [&] { EXPECT_EQ(server.finish(), ""); };
  co_await testing::aside(loop, finish);
  connection.close();
}

TEST(Recovery, AServerIsToldOfAnEndThatItMayNotKnow) {
  // After a move a part of the messages has come through another server.
  LyingServer server([](LyingPeer& peer) {
    peer.greet();
    const std::string subscribe = peer.read_until("SUB many q ");
    const std::string id = subscribe.substr(subscribe.rfind(' ') + 1);
    peer.read_until(concat("UNSUB ", id, " 2"));
    for (int i = 0; i < 2; ++i) peer.send(concat("MSG many ", id, " 1\r\nx\r\n"));
    while (peer.read_until("UNSUB ") != concat("UNSUB ", id)) {
    }
  });
  Loop loop;
  loop.run(two_of_many(loop, server));
}

}  // namespace
}  // namespace fairlead::nats
