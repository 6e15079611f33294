// What a loop tells of the calls that were made on it.
#include "fairlead/loop_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::ProbeInstance;

Task<absl::StatusOr<std::string>> read_metrics(Loop& loop) {
  co_return loop_metrics(loop);
}

std::string metrics_of(Loop& loop) {
  return block_on(loop, read_metrics(loop)).value();
}

constexpr const char* kEcho = "{service=\"probe.v1.Probe\",method=\"Echo\"";

TEST(LoopMetrics, TellRoutesAndStatusesOfCallsApart) {
  const testing::NatsServer server;
  ProbeInstance instance(server.url());
  EXPECT_THAT(metrics_of(instance.loop()), IsEmpty());
  for (const RouteChoice route : {RouteChoice::kLocal, RouteChoice::kNats, RouteChoice::kNats}) {
    const probe::v1::ProbeBlockingClient client(instance.channel(),
                                                ClientOptions().set_route(route));
    EXPECT_TRUE(client.Echo(EchoRequest()).ok());
  }
  const probe::v1::ProbeBlockingClient client(instance.channel());
  const auto late = client.Echo(EchoRequest(), CallOptions().set_timeout(std::chrono::seconds(0)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status()));
  const std::string text = metrics_of(instance.loop());
  EXPECT_THAT(text, AllOf(HasSubstr(std::string("fairlead_client_handled_total") + kEcho +
                                    ",route=\"local\",code=\"OK\"} 1\n"),
                          HasSubstr(std::string("fairlead_client_handled_total") + kEcho +
                                    ",route=\"nats\",code=\"OK\"} 2\n"),
                          HasSubstr(std::string("fairlead_client_handled_total") + kEcho +
                                    ",route=\"nats\",code=\"DEADLINE_EXCEEDED\"} 1\n"),
                          HasSubstr(std::string("fairlead_client_handling_seconds_count") + kEcho +
                                    ",route=\"nats\"} 3\n"),
                          HasSubstr(std::string("fairlead_client_in_flight") + kEcho + "} 0\n")));
}

TEST(LoopMetrics, TellWhatLayersDo) {
  LoopThread thread;  // that hosts nothing
  CallPolicy policy;
  policy.set_retry(RetryPolicy().set_attempts(3).set_initial_backoff(std::chrono::milliseconds(1)));
  policy.set_breaker(BreakerPolicy().set_min_calls(4).set_open_time(std::chrono::minutes(1)));
  const probe::v1::ProbeBlockingClient client(Channel(thread.loop()),
                                              ClientOptions().set_policy(policy));
  // Three attempts, then one that opens the breaker, which keeps the next ones back.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(absl::IsUnavailable(client.Echo(EchoRequest()).status()));
  }
  const std::string text = metrics_of(thread.loop());
  EXPECT_THAT(text,
              AllOf(HasSubstr(std::string("fairlead_client_handled_total") + kEcho +
                              ",route=\"nats\",code=\"UNAVAILABLE\"} 3\n"),
                    HasSubstr(std::string("fairlead_client_retries_total") + kEcho + "} 3\n"),
                    HasSubstr(std::string("fairlead_client_refused_total") + kEcho +
                              ",by=\"breaker\"} 2\n"),
                    HasSubstr(std::string("fairlead_client_breaker_state") + kEcho + "} 2\n")));
}

}  // namespace
}  // namespace fairlead
