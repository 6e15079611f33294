// What may happen between a client and its server.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/fault/load.hpp"
#include "tests/fault/proxy.hpp"
#include "tests/fault/steps.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Load;
using testing::NatsServer;
using testing::Proxy;

class Network : public ::testing::Test {
 protected:
  /// Connects through the bad network.
  Task<Connection> connect() { return testing::connect(loop_, options()); }
  /// The cluster's addresses would lead past it.
  ConnectOptions options() {
    return testing::impatient(network_.url()).set_discover_servers(false);
  }

  Task<void> cut_under_load();
  Task<void> slow();
  Task<void> byte_by_byte();
  Task<void> half_a_frame();
  Task<void> silent();
  Task<void> silent_while_publishing();
  Task<void> silent_from_the_start();
  Task<void> too_slow_for_the_server();
  Task<void> refused_for_a_while();

  Loop loop_;
  // It closes whoever leaves more than this unread.
  NatsServer server_{{}, "max_pending: 2MB"};
  Proxy network_{server_.port()};
};

Task<void> Network::cut_under_load() {
  Connection service = co_await testing::connect(loop_, testing::impatient(server_.url()));
  Connection caller = co_await connect();
  EventStream events = caller.events();
  Load load(loop_);
  load.serve(service);
  load.start(caller, 64);
  for (int i = 0; i < 10; ++i) {
    const bool under_way = co_await load.answers(500);
    EXPECT_TRUE(under_way) << to_string(load.tally());
    network_.cut();
    auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
    EXPECT_TRUE(lost.ok() && absl::IsUnavailable(lost->status())) << lost.status();
    auto back = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(back.ok()) << back.status();
  }
  co_await load.stop();
  load.expect_consistent();
  co_await testing::expect_working(caller);
  caller.close();
  service.close();
}

TEST_F(Network, CutAgainAndAgainUnderLoad) {
  loop_.run(cut_under_load());
}

Task<void> Network::slow() {
  network_.delay(milliseconds(30));
  Connection connection = co_await connect();
  Load load(loop_);
  load.serve(connection);
  load.start(connection, 64);
  const bool under_way = co_await load.answers(500);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  co_await load.stop();
  load.expect_consistent();
  EXPECT_EQ(load.tally().failed, 0u) << to_string(load.tally());
  auto round_trip = co_await connection.round_trip(seconds(10));
  EXPECT_TRUE(round_trip.ok() && *round_trip >= milliseconds(60)) << round_trip.status();
  connection.close();
}

TEST_F(Network, Slow) {
  loop_.run(slow());
}

Task<void> Network::byte_by_byte() {
  network_.byte_by_byte(true);
  Connection connection = co_await connect();
  auto subscription = connection.subscribe("bytes");
  const std::string kilobyte(1000, 'x');
  Headers headers;
  headers.add("Name", "value");
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(connection.publish("bytes", concat(i, kilobyte), headers).ok());
  }
  for (int i = 0; i < 10; ++i) {
    auto message = co_await subscription->next(Deadline::after(seconds(20)));
    EXPECT_TRUE(message.ok()) << message.status();
    if (!message.ok()) break;
    EXPECT_EQ(message->payload, concat(i, kilobyte));
    EXPECT_EQ(message->headers.get("Name"), "value");
  }
  // A reader that is late gets some bytes together; still each message comes in many pieces.
  EXPECT_GT(connection.statistics().reads, 100u);
  connection.close();
}

TEST_F(Network, OneByteAtATime) {
  loop_.run(byte_by_byte());
}

Task<void> Network::half_a_frame() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto subscription = connection.subscribe("frames");
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  // Within the line, within the payload, before the last byte of the line end: 16 + 1000 + 2 bytes.
  for (const std::size_t size : {1u, 7u, 500u, 1016u, 1017u}) {
    network_.cut_after(size);
    EXPECT_TRUE(connection.publish("frames", std::string(1000, 'x')).ok());
    auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
    EXPECT_TRUE(lost.ok()) << lost.status();
    auto back = co_await testing::next_event(events, EventKind::kReconnected);
    EXPECT_TRUE(back.ok()) << back.status();
    EXPECT_TRUE(connection.publish("frames", "whole").ok());
    auto message = co_await subscription->next(Deadline::after(seconds(10)));
    EXPECT_TRUE(message.ok()) << message.status();
    // What was lost on its way is not sent again.
    if (message.ok()) {
      EXPECT_EQ(message->payload, "whole");
    }
  }
  connection.close();
}

TEST_F(Network, HalfAFrameThenAnEnd) {
  loop_.run(half_a_frame());
}

Task<void> Network::silent() {
  Connection service = co_await testing::connect(loop_, testing::impatient(server_.url()));
  Connection caller = co_await testing::connect(
      loop_, options().set_ping_interval(milliseconds(30)).set_connect_timeout(milliseconds(100)));
  EventStream events = caller.events();
  Load load(loop_);
  load.serve(service);
  load.start(caller, 16);
  const bool under_way = co_await load.answers(100);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  network_.black_hole(true);
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  network_.black_hole(false);
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  const bool under_way_again = co_await load.answers(100);
  EXPECT_TRUE(under_way_again) << to_string(load.tally());
  co_await load.stop();
  load.expect_consistent();
  caller.close();
  service.close();
}

TEST_F(Network, SilentSoThatOnlyThePingsNotice) {
  loop_.run(silent());
}

Task<void> Network::silent_while_publishing() {
  constexpr std::size_t kLimit = 1 << 20;
  Connection connection = co_await testing::connect(loop_, options().set_write_limit(kLimit));
  network_.black_hole(true);
  const std::string payload(10'000, 'x');
  const std::uint64_t before = connection.statistics().bytes_out;
  absl::Status refusal;
  // The buffers of the system's sockets take some megabytes.
  for (int i = 0; refusal.ok() && i < 10'000; ++i) {
    refusal = connection.publish("much", payload);
    if (i % 10 == 0) co_await loop_.sleep(milliseconds(0));
  }
  EXPECT_TRUE(absl::IsResourceExhausted(refusal)) << refusal;
  EXPECT_LT(connection.statistics().bytes_out - before, 64u << 20);
  network_.black_hole(false);
  const absl::Status writable = co_await connection.writable();
  EXPECT_TRUE(writable.ok()) << writable;
  EXPECT_TRUE(connection.publish("much", payload).ok());
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Network, SilentWhilePublishingKeepsNoMoreThanTheLimit) {
  loop_.run(silent_while_publishing());
}

Task<void> Network::too_slow_for_the_server() {
  Connection publisher = co_await testing::connect(loop_, testing::impatient(server_.url()));
  Connection reader = co_await connect();
  EventStream events = reader.events();
  std::uint64_t received = 0;
  const auto take = [&](const MessageView&) { ++received; };
  auto subscription = reader.subscribe("much", SubscribeOptions(), take);
  auto flushed = co_await reader.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  network_.black_hole(true);
  // The system's buffers take some megabytes before the server has to keep anything.
  for (int i = 0; i < 400; ++i) {
    const absl::Status sent = co_await publisher.send("much", std::string(100'000, 'x'));
    EXPECT_TRUE(sent.ok()) << sent;
  }
  flushed = co_await publisher.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  network_.black_hole(false);
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  EXPECT_LT(received, 400u);
  co_await testing::expect_working(reader);
  reader.close();
  publisher.close();
}

TEST_F(Network, TooSlowForTheServer) {
  loop_.run(too_slow_for_the_server());
}

Task<void> Network::silent_from_the_start() {
  network_.black_hole(true);
  auto connection =
      co_await Connection::connect(loop_, options().set_connect_timeout(milliseconds(50)));
  EXPECT_TRUE(absl::IsUnavailable(connection.status())) << connection.status();
  EXPECT_THAT(std::string(connection.status().message()), ::testing::HasSubstr("INFO"));
}

TEST_F(Network, SilentFromTheStart) {
  loop_.run(silent_from_the_start());
}

Task<void> Network::refused_for_a_while() {
  Connection connection = co_await connect();
  EventStream events = connection.events();
  auto subscription = connection.subscribe("a");
  auto ended = connection.subscribe("ended");
  auto flushed = co_await connection.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  network_.refuse(true);
  network_.cut();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok()) << lost.status();
  EXPECT_TRUE(connection.publish("a", "kept").ok());
  // A subscription made and one ended meanwhile.
  auto late = connection.subscribe("late");
  EXPECT_TRUE(connection.publish("late", "too").ok());
  ended->unsubscribe();
  EXPECT_TRUE(connection.publish("ended", "for nobody").ok());
  network_.refuse(false);
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok()) << back.status();
  auto message = co_await subscription->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(message.ok() && message->payload == "kept") << message.status();
  message = co_await late->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(message.ok() && message->payload == "too") << message.status();
  message = co_await ended->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(absl::IsCancelled(message.status())) << message.status();
  connection.close();
}

TEST_F(Network, RefusedForAWhile) {
  loop_.run(refused_for_a_while());
}

}  // namespace
}  // namespace fairlead::nats
