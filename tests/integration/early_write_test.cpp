// A connection writes the first answers while it still makes the others.
#include <future>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "fairlead/nats/connection.hpp"

#include "core/strings.hpp"
#include "tests/integration/line_socket.hpp"
#include "tests/integration/peer.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::seconds;
using testing::LineSocket;
using testing::Peer;

constexpr int kMessages = 100;
const std::string kAnswer(200, 'x');

/// A NATS server for one client that subscribes once: sends it all messages at once, and tells when
/// it has got the first answer, and then the last.
class Server {
 public:
  std::uint16_t port() const { return peer_.port(); }
  std::future<void> first() { return first_.get_future(); }
  std::future<void> all() { return all_.get_future(); }

 private:
  void serve(int socket) {
    LineSocket client = LineSocket::adopt(::dup(socket));
    client.send("INFO {\"max_payload\":1048576,\"headers\":true}\r\n");
    std::string subscription;
    while (subscription.empty()) {
      const std::string line = client.read_line();
      if (line == "PING") client.send("PONG\r\n");
      if (line.starts_with("SUB ")) subscription = line.substr(line.rfind(' ') + 1);
    }
    std::string messages;
    for (int i = 0; i < kMessages; ++i) {
      messages += concat("MSG questions ", subscription, " answers 1\r\n?\r\n");
    }
    client.send(messages);
    for (int i = 0; i < kMessages; ++i) {
      while (!client.read_line().starts_with("PUB answers")) {
      }
      client.read_bytes(kAnswer.size() + 2);
      if (i == 0) first_.set_value();
    }
    all_.set_value();
    client.wait_for_end();
  }

  std::promise<void> first_;
  std::promise<void> all_;
  Peer peer_{[this](int socket) { serve(socket); }};  // at last, for it uses the others
};

TEST(EarlyWrite, TheFirstAnswersLeaveWhileOthersAreMade) {
  Server server;
  std::future<void> first = server.first();
  std::future<void> all = server.all();
  Loop loop;
  const auto run = [](Loop& on, std::uint16_t port, std::future<void>& first_came,
                      std::future<void>& all_came) -> Task<void> {
    auto connection =
        co_await Connection::connect(on, ConnectOptions(concat("nats://127.0.0.1:", port)));
    EXPECT_TRUE(connection.ok()) << connection.status();
    if (!connection.ok()) co_return;
    int answered = 0;
    std::uint64_t writes = 0;  // that had ended when the first came
    const auto answer = [&](const MessageView& message) {
      if (answered == 0) writes = connection->statistics().writes;
      EXPECT_TRUE(connection->publish(message.reply, kAnswer).ok());
      // The loop stands still here: nothing leaves that has not left before.
      if (++answered == kMessages) {
        EXPECT_EQ(connection->statistics().writes, writes) << "they came in several turns";
        EXPECT_EQ(first_came.wait_for(seconds(10)), std::future_status::ready);
      }
    };
    auto subscription = connection->subscribe("questions", SubscribeOptions(), answer);
    EXPECT_TRUE(subscription.ok()) << subscription.status();
    // The rest does not stay behind.
    while (all_came.wait_for(seconds(0)) != std::future_status::ready) {
      const absl::Status flushed = co_await connection->flush(std::chrono::milliseconds(50));
      EXPECT_TRUE(absl::IsDeadlineExceeded(flushed)) << flushed;  // it never says PONG
      if (!absl::IsDeadlineExceeded(flushed)) break;
    }
    connection->close();
  };
  loop.run(run(loop, server.port(), first, all));
  EXPECT_EQ(all.wait_for(seconds(0)), std::future_status::ready);
}

}  // namespace
}  // namespace fairlead::nats
