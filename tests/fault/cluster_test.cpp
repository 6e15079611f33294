// A cluster of three, whose servers end one after the other.
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"
#include "tests/fault/load.hpp"
#include "tests/fault/steps.hpp"
#include "tests/integration/nats_cluster.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Load;
using testing::NatsCluster;
using testing::NatsServer;

class Cluster : public ::testing::Test {
 protected:
  Task<Connection> connect() { return testing::connect(loop_, testing::impatient(cluster_.url())); }
  Task<Connection> connect_to(std::size_t index) {
    return testing::connect(loop_, testing::impatient(cluster_[index].url()));
  }

  Task<void> rolling(bool gently);
  Task<void> knows_the_others();
  Task<void> lame_duck();

  // The shortest that a server takes; it ends sooner once its clients have gone.
  NatsCluster cluster_{"lame_duck_duration: 30s, lame_duck_grace_period: 500ms"};
  Loop loop_;
};

Task<void> Cluster::rolling(bool gently) {
  Connection left = co_await connect_to(0);
  Connection right = co_await connect_to(1);
  Connection caller = co_await connect_to(2);
  Load load(loop_);
  load.serve(left);
  load.serve(right);
  auto flushed = co_await left.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  flushed = co_await right.flush(seconds(10));
  EXPECT_TRUE(flushed.ok()) << flushed;
  const bool served = co_await load.is_served(caller);
  EXPECT_TRUE(served);
  // A call that is on its way through a server that dies is lost without a word.
  load.start(caller, 32, seconds(1));
  for (std::size_t i = 0; i < NatsCluster::kSize; ++i) {
    const bool under_way = co_await load.answers(1000);
    EXPECT_TRUE(under_way) << to_string(load.tally());
    const std::function<void()> restart = [&] {
      NatsServer& server = cluster_[i];
      if (gently) {
        server.lame_duck();
        server.wait_for_end();
      } else {
        server.kill();
      }
      server.start();
      cluster_.wait_until_complete();
    };
    co_await testing::aside(loop_, restart);
  }
  const bool under_way = co_await load.answers(1000);
  EXPECT_TRUE(under_way) << to_string(load.tally());
  co_await load.stop();
  load.expect_consistent(!gently);
  if (gently) {
    EXPECT_EQ(load.tally().failed, 0u) << to_string(load.tally());
  }
  EXPECT_GE(
      left.statistics().reconnects + right.statistics().reconnects + caller.statistics().reconnects,
      3u);
  co_await testing::expect_working(caller);
  caller.close();
  left.close();
  right.close();
}

TEST_F(Cluster, RollingRestartUnderLoadFailsNoCall) {
  loop_.run(rolling(true));
}

TEST_F(Cluster, RollingCrashesUnderLoad) {
  loop_.run(rolling(false));
}

Task<void> Cluster::knows_the_others() {
  // It was told of one server only, and learns of the others from it.
  Connection connection = co_await connect_to(0);
  EventStream events = connection.events();
  cluster_[0].kill();
  auto lost = co_await testing::next_event(events, EventKind::kDisconnected);
  EXPECT_TRUE(lost.ok() && lost->server() == cluster_[0].address()) << lost.status();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok() && back->server() != cluster_[0].address()) << back.status();
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Cluster, AServerItWasNotToldOfTakesOver) {
  loop_.run(knows_the_others());
}

Task<void> Cluster::lame_duck() {
  Connection connection = co_await connect_to(0);
  EventStream events = connection.events();
  cluster_[0].lame_duck();
  auto told = co_await testing::next_event(events, EventKind::kLameDuck);
  EXPECT_TRUE(told.ok() && told->server() == cluster_[0].address()) << told.status();
  const auto start = Deadline::Clock::now();
  auto back = co_await testing::next_event(events, EventKind::kReconnected);
  EXPECT_TRUE(back.ok() && back->server() != cluster_[0].address()) << back.status();
  // It does not wait to be thrown out.
  EXPECT_LT(Deadline::Clock::now() - start, milliseconds(400));
  co_await testing::expect_working(connection);
  connection.close();
}

TEST_F(Cluster, ALameDuckIsLeftAtOnce) {
  loop_.run(lame_duck());
}

}  // namespace
}  // namespace fairlead::nats
