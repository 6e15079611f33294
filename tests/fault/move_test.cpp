// A server that is about to stop breaks while it is being left.
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "tests/fault/lying_server.hpp"
#include "tests/fault/steps.hpp"
#include "tests/fault/waits.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::seconds;
using testing::LyingPeer;
using testing::LyingServer;

constexpr const char* kLameDuck =
    "INFO {\"server_id\":\"L\",\"version\":\"2.9.10\",\"headers\":true,\"ldm\":true}\r\n";

/// Takes one publication, says that it will stop, and breaks when it is asked whether it has taken
/// all that was sent to it.
void break_when_left(LyingPeer& peer) {
  peer.greet();
  std::string payload;
  peer.read_publication(payload);
  peer.send(kLameDuck);
  peer.read_until("PING");
}

/// Answers `pings` PINGs.
LyingServer::Script answer_pings(int pings) {
  return [pings](LyingPeer& peer) {
    peer.greet();
    for (int i = 0; i < pings; ++i) {
      peer.read_until("PING");
      peer.send("PONG\r\n");
    }
    peer.wait_for_end();
  };
}

Task<Connection> connect(Loop& loop, const LyingServer& left, const LyingServer& other) {
  return testing::connect(
      loop, testing::impatient(concat(left.url(), ",", other.url())).set_randomize(false));
}

Task<void> ask_who_is_left(Loop& loop, LyingServer& left, LyingServer& other) {
  Connection connection = co_await connect(loop, left, other);
  auto reply = co_await connection.request("silent", "x", seconds(15));
  EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  EXPECT_TRUE(may_have_executed(reply.status())) << reply.status();
  EXPECT_TRUE(connection.is_open());
  connection.close();
}

TEST(Move, RequestsAtAServerThatBreaksWhileItIsLeftFail) {
  LyingServer left(break_when_left);
  LyingServer other(answer_pings(1));
  Loop loop;
  loop.run(ask_who_is_left(loop, left, other));
  EXPECT_EQ(left.finish(), "");
  EXPECT_EQ(other.finish(), "");
}

Task<void> ask_many_who_are_left(Loop& loop, LyingServer& left, LyingServer& other) {
  Connection connection = co_await connect(loop, left, other);
  auto replies = co_await connection.request_many("services", "x", seconds(15), seconds(1));
  EXPECT_TRUE(absl::IsUnavailable(replies.status())) << replies.status();
  connection.close();
}

TEST(Move, RequestsToManyAsWell) {
  LyingServer left(break_when_left);
  LyingServer other(answer_pings(1));
  Loop loop;
  loop.run(ask_many_who_are_left(loop, left, other));
  EXPECT_EQ(left.finish(), "");
  EXPECT_EQ(other.finish(), "");
}

Task<void> flush_at_both(Loop& loop, LyingServer& left, LyingServer& other) {
  Connection connection = co_await connect(loop, left, other);
  EventStream events = connection.events();
  EXPECT_TRUE(connection.publish("a", "perhaps lost").ok());
  auto moved = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(moved.ok()) << moved.status();
  const absl::Status flushed = co_await connection.flush(seconds(15));
  EXPECT_TRUE(absl::IsUnavailable(flushed)) << flushed;
  EXPECT_TRUE(connection.is_open());
  connection.close();
}

TEST(Move, AFlushCoversWhatWasSentToTheServerThatIsLeft) {
  LyingServer left(break_when_left);
  LyingServer other(answer_pings(2));
  Loop loop;
  loop.run(flush_at_both(loop, left, other));
  EXPECT_EQ(left.finish(), "");
  EXPECT_EQ(other.finish(), "");
}

/// Says that it will stop, and waits until a queue group is left.
void await_leaving(LyingPeer& peer) {
  peer.greet();
  peer.send(kLameDuck);
  peer.read_until("UNSUB");
}

/// Will stop as well, as soon as it has been joined.
void stop_soon(LyingPeer& peer) {
  peer.greet();
  peer.read_until("PING");
  peer.send("PONG\r\n");
  peer.send(kLameDuck);
  peer.wait_for_end();
}

Task<void> move_twice(Loop& loop, LyingServer& first, const std::string& url) {
  Connection connection =
      co_await testing::connect(loop, testing::impatient(url).set_randomize(false));
  EventStream events = connection.events();
  auto worker = connection.subscribe("work", SubscribeOptions().set_queue_group("workers"),
                                     [](const MessageView&) {});
  EXPECT_TRUE(worker.ok()) << worker.status();
  for (int i = 0; i < 2; ++i) {
    auto moved = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(moved.ok()) << moved.status();
  }
  worker->unsubscribe();
  const std::function<void()> is_left = [&first] { EXPECT_EQ(first.finish(), ""); };
  co_await testing::aside(loop, is_left);
  connection.close();
}

TEST(Move, OneThatIsLeftInHasteIsLeftNevertheless) {
  LyingServer first(await_leaving);
  LyingServer second(stop_soon);
  LyingServer third(answer_pings(1));
  Loop loop;
  loop.run(move_twice(loop, first, concat(first.url(), ",", second.url(), ",", third.url())));
  EXPECT_EQ(second.finish(), "");
  EXPECT_EQ(third.finish(), "");
}

}  // namespace
}  // namespace fairlead::nats
