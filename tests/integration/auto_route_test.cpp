// Which way calls take when nobody says.
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using std::chrono::seconds;
using testing::ProbeInstance;

class AutoRoute : public ::testing::Test {
 protected:
  /// How many messages a call of a client on the channel of `instance` sends to NATS.
  static std::uint64_t messages_of_a_call(ProbeInstance& instance, RouteChoice route) {
    const probe::v1::ProbeBlockingClient client(instance.channel(),
                                                ClientOptions().set_route(route));
    const nats::Connection& connection = *instance.channel().connection();
    const std::uint64_t before = connection.statistics().messages_out;
    const auto reply = client.Echo(EchoRequest());
    EXPECT_TRUE(reply.ok()) << reply.status();
    return connection.statistics().messages_out - before;
  }

  testing::NatsServer server_;
};

TEST_F(AutoRoute, IsLocalWhereTheServiceIsOnTheSameLoop) {
  ProbeInstance instance(server_.url());
  EXPECT_EQ(messages_of_a_call(instance, RouteChoice::kAuto), 0u);
  EXPECT_EQ(messages_of_a_call(instance, RouteChoice::kLocal), 0u);
  EXPECT_EQ(messages_of_a_call(instance, RouteChoice::kNats), 2u);  // the request and the reply
}

TEST_F(AutoRoute, GoesToOtherInstancesOnceTheLocalOneStops) {
  ProbeInstance staying(server_.url());
  ProbeInstance leaving(server_.url());
  EXPECT_EQ(messages_of_a_call(leaving, RouteChoice::kAuto), 0u);
  EXPECT_TRUE(block_on(leaving.loop(), leaving.server().stop(seconds(10))).ok());
  EXPECT_EQ(messages_of_a_call(leaving, RouteChoice::kAuto), 1u);
  EXPECT_EQ(staying.probe().calls, 1);
}

TEST_F(AutoRoute, NatsWithoutAConnectionIsAMistakeThatIsNamed) {
  LoopThread thread;
  const probe::v1::ProbeBlockingClient client(Channel(thread.loop()),
                                              ClientOptions().set_route(RouteChoice::kNats));
  const absl::Status status = client.Echo(EchoRequest()).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
}

}  // namespace
}  // namespace fairlead
