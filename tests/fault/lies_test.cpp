// A server that does not keep to the protocol: the connection ends with a reason, and nothing else
// happens. A server that uses all the freedom that the protocol gives is understood.
#include <string>

#include <gtest/gtest.h>

#include "fairlead/nats/connection.hpp"

#include "core/strings.hpp"
#include "tests/fault/lying_server.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::seconds;
using testing::LyingPeer;
using testing::LyingServer;

/// Why a connection ends to which the server says `bytes` after greeting it with `info`.
absl::Status end_after(std::string bytes, std::string info = {}) {
  LyingServer server([&](LyingPeer& peer) {
    peer.greet(info);
    peer.send_until_end(bytes);
    peer.wait_for_end();
  });
  Loop loop;
  auto connection =
      loop.run(Connection::connect(loop, ConnectOptions(server.url()).set_max_reconnects(0)));
  if (!connection.ok()) return connection.status();
  const absl::Status reason = loop.run(connection->closed());
  EXPECT_EQ(server.finish(), "");
  return reason;
}

/// Expects that it is UNAVAILABLE, for a reason in which `reason` occurs.
void expect_lie(std::string bytes, std::string_view reason, std::string info = {}) {
  const absl::Status status = end_after(bytes, info);
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_NE(to_std(status.message()).find(reason), std::string_view::npos) << status;
}

TEST(Lies, LengthsThatAreNotTrue) {
  expect_lie("MSG a 1 5\r\n12345678\r\n", "does not end where its length says");
  expect_lie("MSG a 1 3\r\n12345678\r\n", "does not end where its length says");
  expect_lie("MSG a 1 -1\r\n", "a number was expected");
  expect_lie("MSG a 1 +5\r\n12345\r\n", "a number was expected");
  expect_lie("MSG a 1 0x5\r\n12345\r\n", "a number was expected");
  expect_lie("MSG a one 5\r\n12345\r\n", "a number was expected");
}

TEST(Lies, HugeLengths) {
  expect_lie("MSG a 1 999999999999\r\n", "over the limit");
  expect_lie("MSG a 1 18446744073709551615\r\n", "a number was expected");
  expect_lie("MSG a 1 99999999999999999999999999999999\r\n", "a number was expected");
  expect_lie("HMSG a 1 12 999999999999\r\n", "over the limit");
}

TEST(Lies, AHeaderLongerThanItsMessage) {
  expect_lie("HMSG a 1 100 10\r\n0123456789\r\n", "the header is longer than the message");
  expect_lie("HMSG a 1 999999999999 10\r\n0123456789\r\n", "the header is longer than the message");
}

TEST(Lies, SubjectsWithBlanks) {
  expect_lie("MSG a subject with blanks 1 0\r\n\r\n", "wrong number of arguments");
  expect_lie("MSG 1\r\n", "wrong number of arguments");
  expect_lie("MSG\r\n", "wrong number of arguments");
}

TEST(Lies, UnknownVerbs) {
  expect_lie("HELLO\r\n", "unknown operation");
  expect_lie("HTTP/1.1 400 Bad Request\r\n\r\n", "unknown operation");
  expect_lie("\r\n", "unknown operation");
  expect_lie(std::string("\0\0\0\0\r\n", 6), "unknown operation");
  expect_lie("PUB a 1\r\nx\r\n", "unknown operation");
}

TEST(Lies, ALineThatDoesNotEnd) {
  expect_lie(std::string(4 << 20, 'x'), "a control line is over the limit");
}

TEST(Lies, PingsWithoutReadingTheAnswers) {
  LyingServer server([](LyingPeer& peer) {
    peer.greet();
    std::string pings;
    for (int i = 0; i < 4'000'000; ++i) pings += "PING\r\n";
    peer.send_until_end(pings);
  });
  Loop loop;
  auto connection = loop.run(Connection::connect(
      loop, ConnectOptions(server.url()).set_max_reconnects(0).set_write_limit(100'000)));
  ASSERT_TRUE(connection.ok()) << connection.status();
  const absl::Status reason = loop.run(connection->closed());
  EXPECT_NE(to_std(reason.message()).find("does not take the answers"), std::string_view::npos)
      << reason;
  EXPECT_EQ(server.finish(), "");
}

TEST(Lies, InfoThatIsNotOne) {
  expect_lie("INFO {\r\n", "INFO is not a JSON object");
  expect_lie("INFO [1]\r\n", "INFO is not a JSON object");
  expect_lie("INFO {\"max_payload\":\"many\"}\r\n", "max_payload is not");
  expect_lie("INFO {\"connect_urls\":[1,2]}\r\n", "connect_urls is not");
}

TEST(Lies, AnErrorOfEveryKind) {
  struct Kind {
    std::string_view text;
    absl::StatusCode code;
  };
  const Kind kinds[] = {
      {"Unknown Protocol Operation", absl::StatusCode::kUnavailable},
      {"Parser Error", absl::StatusCode::kUnavailable},
      {"Maximum control line exceeded", absl::StatusCode::kResourceExhausted},
      {"Authorization Violation", absl::StatusCode::kUnauthenticated},
      {"User Authentication Expired", absl::StatusCode::kUnauthenticated},
      {"User Authentication Revoked", absl::StatusCode::kUnauthenticated},
      {"Account Authentication Expired", absl::StatusCode::kUnauthenticated},
      {"Authentication Timeout", absl::StatusCode::kUnavailable},
      {"Stale Connection", absl::StatusCode::kUnavailable},
      {"maximum connections exceeded", absl::StatusCode::kUnavailable},
      {"maximum account active connections exceeded", absl::StatusCode::kUnavailable},
      {"Connection throttling is active. Please try again later.", absl::StatusCode::kUnavailable},
      {"Secure Connection - TLS Required", absl::StatusCode::kFailedPrecondition},
      {"Maximum Payload Violation", absl::StatusCode::kResourceExhausted},
      {"no responders requires headers support", absl::StatusCode::kUnavailable},
      {"invalid client protocol", absl::StatusCode::kUnavailable},
      {"something that nobody has heard of", absl::StatusCode::kUnavailable},
      {"", absl::StatusCode::kUnavailable},
  };
  for (const Kind& kind : kinds) {
    const absl::Status status = end_after(concat("-ERR '", kind.text, "'\r\n"));
    EXPECT_EQ(status.code(), kind.code) << status;
    EXPECT_NE(to_std(status.message()).find(kind.text), std::string_view::npos) << status;
  }
}

/// A server that, asked for "echo", answers with `answer` in which `$reply` and `$sid` are put in.
LyingServer::Script answering(std::string answer, std::string greeting_info = {},
                              std::string after_greeting = {}) {
  return [=](LyingPeer& peer) {
    peer.greet(greeting_info);
    peer.send(after_greeting);
    // SUB <inbox>.* <sid>
    const std::string subscription = peer.read_until("SUB ");
    std::string payload;
    const std::string request = peer.read_publication(payload);
    const std::size_t reply = request.find(' ', request.find(' ') + 1) + 1;
    std::string text = answer;
    const auto put = [&text](std::string_view name, std::string_view value) {
      const std::size_t at = text.find(name);
      if (at != std::string::npos) text.replace(at, name.size(), value);
    };
    put("$reply", request.substr(reply, request.find(' ', reply) - reply));
    put("$sid", subscription.substr(subscription.rfind(' ') + 1));
    peer.send(text);
    peer.wait_for_end();
  };
}

absl::StatusOr<Message> ask(const LyingServer& server) {
  Loop loop;
  auto connection =
      loop.run(Connection::connect(loop, ConnectOptions(server.url()).set_max_reconnects(0)));
  if (!connection.ok()) return connection.status();
  auto reply = loop.run(connection->request("echo", "hello", seconds(5)));
  connection->close();
  return reply;
}

void expect_answer(LyingServer::Script script) {
  LyingServer server(std::move(script));
  const auto reply = ask(server);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->payload, "world");
  EXPECT_EQ(server.finish(), "");
}

TEST(Freedoms, BlanksAndCase) {
  expect_answer(answering("MSG $reply $sid 5\r\nworld\r\n"));
  expect_answer(answering("MSG  $reply \t $sid   5  \r\nworld\r\n"));
  expect_answer(answering("msg\t$reply\t$sid\t5\r\nworld\r\n"));
  expect_answer(answering("MSG $reply $sid  005\r\nworld\r\n"));
  expect_answer(answering("hMsg $reply $sid back 12 17\r\nNATS/1.0\r\n\r\nworld\r\n"));
}

TEST(Freedoms, WhatComesInBetween) {
  expect_answer(answering("PONG\r\nPONG\r\n+OK\r\nMSG $reply $sid 5\r\nworld\r\n"));
  expect_answer(answering("MSG x 99999 1\r\n1\r\nMSG $reply $sid 5\r\nworld\r\n"));
  expect_answer(answering("PING\r\nMSG $reply $sid 5\r\nworld\r\n"));
  expect_answer(
      answering("-ERR 'Permissions Violation for Publish to \"other\"'\r\n"
                "-ERR 'maximum subscriptions exceeded'\r\n"
                "-ERR 'Invalid Subject'\r\n-ERR 'Invalid Publish Subject'\r\n"
                "MSG $reply $sid 5\r\nworld\r\n"));
}

TEST(Freedoms, ASecondInfoRightAfterThePong) {
  expect_answer(answering("MSG $reply $sid 5\r\nworld\r\n", {},
                          "INFO {\"server_id\":\"L\",\"version\":\"2.15.1\",\"headers\":true,"
                          "\"connect_info\":true,\"remote_account\":\"$G\"} \r\n"));
}

TEST(Freedoms, AnInfoOf64KiB) {
  std::string urls = ",\"connect_urls\":[\"127.0.0.1:1\"";
  while (urls.size() < (64 << 10)) urls += ",\"host-of-a-large-cluster.example.com:4222\"";
  urls += "]";
  expect_answer(answering("MSG $reply $sid 5\r\nworld\r\n", urls));
}

TEST(Freedoms, ALimitAsLargeAsTheServerLikesTakesNoMemory) {
  // The server says that it may send a tebibyte, and that it does so now.
  LyingServer server(
      answering("MSG $reply $sid 1099511627776\r\nworld\r\n", ",\"max_payload\":1099511627776"));
  const auto reply = ask(server);
  EXPECT_TRUE(absl::IsUnavailable(reply.status()) || absl::IsDeadlineExceeded(reply.status()))
      << reply.status();
  EXPECT_EQ(server.finish(), "");
}

}  // namespace
}  // namespace fairlead::nats
