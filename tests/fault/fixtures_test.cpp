// The servers and the bad network of these tests do what they say.
#include <gtest/gtest.h>

#include "tests/fault/proxy.hpp"
#include "tests/integration/line_socket.hpp"
#include "tests/integration/nats_cluster.hpp"

namespace fairlead::testing {
namespace {

/// A client that is told of changes if its protocol is 1.
LineSocket connected(std::uint16_t port, int protocol = 0) {
  LineSocket socket(port);
  socket.send("CONNECT {\"verbose\":false,\"protocol\":" + std::to_string(protocol) +
              "}\r\nPING\r\n");
  while (socket.read_line() != "PONG") continue;
  return socket;
}

TEST(Fixtures, AServerComesBackOnItsPort) {
  NatsServer server;
  const std::uint16_t port = server.port();
  for (int i = 0; i < 2; ++i) {
    LineSocket socket = connected(port);
    server.kill();
    socket.wait_for_end();
    EXPECT_THROW(LineSocket refused(port), std::runtime_error);
    server.start();
  }
  LineSocket socket = connected(port);
  server.stop_gently();
  socket.wait_for_end();
  EXPECT_EQ(server.pid(), -1);
}

TEST(Fixtures, AServerThatCannotStartSaysWhy) {
  try {
    NatsServer server({}, "no_such_setting: 1");
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("no_such_setting"), std::string::npos) << error.what();
  }
}

TEST(Fixtures, AFrozenServerAnswersOnceItIsThawed) {
  NatsServer server;
  LineSocket socket = connected(server.port());
  server.freeze();
  socket.send("PING\r\n");
  server.thaw();
  EXPECT_EQ(socket.read_line(), "PONG");
}

TEST(Fixtures, AChangedConfigurationIsUsed) {
  NatsServer server({}, "max_payload: 1000");
  EXPECT_NE(LineSocket(server.port()).read_line().find("\"max_payload\":1000,"), std::string::npos);
  server.reload("max_payload: 2000");
  EXPECT_NE(LineSocket(server.port()).read_line().find("\"max_payload\":2000,"), std::string::npos);
}

TEST(Fixtures, ALameDuckTellsItsClientsAndEnds) {
  NatsServer server({}, "lame_duck_duration: 30s, lame_duck_grace_period: 500ms");
  LineSocket socket = connected(server.port(), 1);
  server.lame_duck();
  while (socket.read_line().find("\"ldm\":true") == std::string::npos) continue;
  socket.wait_for_end();
  server.wait_for_end();
  server.start();
}

TEST(Fixtures, AClusterPassesMessagesAndIsWholeAgainAfterALoss) {
  NatsCluster cluster;
  for (std::size_t i = 0; i < NatsCluster::kSize; ++i) {
    LineSocket left = connected(cluster[(i + 1) % NatsCluster::kSize].port(), 1);
    cluster[i].kill();
    while (left.read_line().find("connect_urls") == std::string::npos) continue;
    cluster[i].start();
    cluster.wait_until_complete();
  }
  EXPECT_EQ(&cluster.at_port(cluster[1].port()), &cluster[1]);
}

TEST(Fixtures, AProxyForwardsCutsAndRefuses) {
  NatsServer server;
  Proxy proxy(server.port());
  LineSocket socket = connected(proxy.port());
  proxy.cut();
  socket.wait_for_end();
  proxy.refuse(true);
  EXPECT_THROW(LineSocket refused(proxy.port()), std::runtime_error);
  proxy.refuse(false);
  connected(proxy.port());
}

TEST(Fixtures, AProxyDelaysHoldsBackAndCutsShort) {
  NatsServer server;
  Proxy proxy(server.port());
  LineSocket socket = connected(proxy.port());

  proxy.delay(std::chrono::milliseconds(30));
  const auto start = Proxy::Clock::now();
  socket.send("PING\r\n");
  EXPECT_EQ(socket.read_line(), "PONG");
  EXPECT_GE(Proxy::Clock::now() - start, std::chrono::milliseconds(60));
  proxy.delay(std::chrono::milliseconds(0));

  proxy.black_hole(true);
  socket.send("PING\r\n");
  proxy.black_hole(false);
  EXPECT_EQ(socket.read_line(), "PONG");

  proxy.byte_by_byte(true);
  socket.send("PING\r\n");
  EXPECT_EQ(socket.read_line(), "PONG");
  proxy.byte_by_byte(false);

  proxy.cut_after(3);
  socket.send("PING\r\n");
  EXPECT_EQ(socket.read_bytes(3), "PON");
  socket.wait_for_end();
}

}  // namespace
}  // namespace fairlead::testing
