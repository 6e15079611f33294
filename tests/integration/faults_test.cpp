// What goes wrong at the place of the network, and what clients and services make of it.
#include "fairlead/testing/faults.hpp"

#include <stdexcept>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/status.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/timed_probe.hpp"

namespace fairlead::testing {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const absl::Status kLost = absl::UnavailableError("the connection was lost");

class FaultsTest : public ::testing::Test {
 protected:
  FaultsTest() { clock_.set_automatic(true); }

  probe::v1::ProbeBlockingClient client(const CallPolicy& policy = CallPolicy()) {
    return probe::v1::ProbeBlockingClient(host_.channel(), ClientOptions().set_policy(policy));
  }
  Deadline::Duration since_start() const { return clock_.now() - start_; }

  ManualClock clock_;
  const Deadline::TimePoint start_ = clock_.now();
  Faults faults_;
  std::shared_ptr<TimedProbe> probe_ = std::make_shared<TimedProbe>();
  Host host_{probe::v1::ProbeService::bind(probe_),
             HostOptions().set_clock(clock_).set_faults(faults_)};
};

TEST_F(FaultsTest, ACallFailsOnItsWay) {
  Fault fault = faults_.fail("EchoBlocking", kLost);
  const absl::Status status = client().EchoBlocking(EchoRequest()).status();
  EXPECT_EQ(message_of(status), "the connection was lost");
  EXPECT_TRUE(may_have_executed(status));
  EXPECT_EQ(probe_->calls, 0);
  EXPECT_EQ(fault.count(), 1);
  EXPECT_TRUE(client().Echo(EchoRequest()).ok()) << "another method is concerned";
}

TEST_F(FaultsTest, ACallFailsWhoseHandlerHasRun) {
  faults_.fail("EchoBlocking", kLost).after_handler();
  EXPECT_EQ(client().EchoBlocking(EchoRequest()).status(), kLost);
  EXPECT_EQ(probe_->calls, 1);
}

TEST_F(FaultsTest, OnlyTheNextCallsFail) {
  Fault fault = faults_.fail("probe.v1.Probe.EchoBlocking", kLost).times(2);
  EXPECT_FALSE(client().EchoBlocking(EchoRequest()).ok());
  EXPECT_FALSE(client().EchoBlocking(EchoRequest()).ok());
  EXPECT_TRUE(client().EchoBlocking(EchoRequest()).ok());
  fault.times(1);
  EXPECT_FALSE(client().EchoBlocking(EchoRequest()).ok());
  EXPECT_TRUE(client().EchoBlocking(EchoRequest()).ok());
}

TEST_F(FaultsTest, RetriesTellWhatRanFromWhatDidNot) {
  const auto repeating = client(CallPolicy().set_retry(RetryPolicy()));
  faults_.fail("EchoBlocking", kLost).refused().times(2);
  EXPECT_TRUE(repeating.EchoBlocking(EchoRequest()).ok());
  EXPECT_EQ(probe_->calls, 1);
  faults_.fail("EchoBlocking", kLost).times(1);
  EXPECT_EQ(repeating.EchoBlocking(EchoRequest()).status(), kLost);
  faults_.fail("Echo", kLost).after_handler().times(1);
  EXPECT_TRUE(repeating.Echo(EchoRequest()).ok());
  EXPECT_EQ(probe_->calls, 3);
}

TEST_F(FaultsTest, ABusyServiceIsAskedAgainWhenItSaid) {
  const auto repeating = client(CallPolicy().set_retry(RetryPolicy()));
  faults_.fail("EchoBlocking", absl::ResourceExhaustedError("busy")).refused(seconds(2)).times(1);
  EXPECT_TRUE(repeating.EchoBlocking(EchoRequest()).ok());
  EXPECT_GE(since_start(), seconds(2));
  EXPECT_LE(since_start(), milliseconds(2501));
}

TEST_F(FaultsTest, ADroppedCallEndsWithItsDeadline) {
  faults_.drop("EchoBlocking");
  const CallOptions options = CallOptions().set_timeout(minutes(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().EchoBlocking(EchoRequest(), options).status()));
  EXPECT_EQ(since_start(), minutes(1));
  EXPECT_EQ(probe_->calls, 0);
  faults_.clear();
  faults_.drop("EchoBlocking").after_handler();
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().EchoBlocking(EchoRequest(), options).status()));
  EXPECT_EQ(probe_->calls, 1);
}

TEST_F(FaultsTest, ADroppedCallIsGivenUpAtOnce) {
  clock_.set_automatic(false);
  faults_.drop("*");
  Cancellation cancellation;
  const probe::v1::ProbeClient calling(host_.channel());
  const EchoRequest request;
  auto reply = host_.start(calling.Echo(request, CallOptions().set_cancellation(&cancellation)));
  host_.loop().post([&] { cancellation.cancel(); });
  EXPECT_TRUE(absl::IsCancelled(reply.get().status()));
}

TEST_F(FaultsTest, DelaysAddUpOnTheWayThereAndBack) {
  faults_.delay("*", milliseconds(100));
  faults_.delay("Describe", milliseconds(50)).after_handler();
  faults_.delay("Describe", seconds(1));
  const CallOptions options = CallOptions().set_timeout(seconds(5));
  const auto reply = client().Describe(google::protobuf::Empty(), options);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->number(), 3900) << "the time that is left when the request arrives";
  EXPECT_EQ(since_start(), milliseconds(1150));
}

TEST_F(FaultsTest, ADelayBeyondTheDeadlineIsADeadline) {
  faults_.delay("Echo", minutes(1));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().Echo(EchoRequest()).status()));
  EXPECT_EQ(since_start(), seconds(5));
  EXPECT_EQ(probe_->calls, 0);
}

TEST_F(FaultsTest, TheSameSeedDrawsTheSame) {
  std::vector<std::string> runs;
  for (int run = 0; run < 2; ++run) {
    Faults faults(42);
    faults.fail("EchoBlocking", kLost).with_probability(0.3);
    const probe::v1::ProbeBlockingClient calling(faults.on(Channel(host_.loop())));
    std::string& outcomes = runs.emplace_back();
    for (int i = 0; i < 100; ++i) {
      outcomes += calling.EchoBlocking(EchoRequest()).ok() ? '.' : 'x';
    }
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_GT(std::count(runs[0].begin(), runs[0].end(), 'x'), 10);
  EXPECT_LT(std::count(runs[0].begin(), runs[0].end(), 'x'), 60);
}

TEST_F(FaultsTest, AFaultIsTurnedOffAndOn) {
  Fault fault = faults_.fail("*", kLost);
  EXPECT_FALSE(client().EchoBlocking(EchoRequest()).ok());
  fault.set_active(false);
  EXPECT_TRUE(client().EchoBlocking(EchoRequest()).ok());
  fault.set_active(true);
  EXPECT_FALSE(client().EchoBlocking(EchoRequest()).ok());
  faults_.clear();
  EXPECT_TRUE(client().EchoBlocking(EchoRequest()).ok());
  EXPECT_EQ(fault.count(), 2);
}

TEST_F(FaultsTest, CallsOfHandlersMeetThemToo) {
  faults_.fail("Echo", kLost);
  EXPECT_EQ(message_of(client().RelayBlocking(EchoRequest()).status()), message_of(kLost));
}

TEST_F(FaultsTest, AOneWayCallIsLostInSilence) {
  faults_.drop("Note").times(1);
  EXPECT_TRUE(client().Note(EchoRequest()).ok());
  faults_.fail("Note", kLost).times(1);
  EXPECT_EQ(client().Note(EchoRequest()), kLost);
  EXPECT_TRUE(client().Note(EchoRequest()).ok());
  probe_->gate.await(1);
  probe_->gate.open();
  EXPECT_EQ(probe_->gate.arrived(), 1);
}

TEST_F(FaultsTest, ACallCannotFailWithOk) {
  EXPECT_THROW(faults_.fail("Echo", absl::OkStatus()), std::invalid_argument);
}

TEST(Faults, StandOnAConnectionAsWell) {
  NatsServer server;
  const auto probe = std::make_shared<Probe>();
  Host host(probe::v1::ProbeService::bind(probe), HostOptions().set_nats(server.url()));
  LoopThread thread;
  const auto connection =
      nats::connect_and_wait(thread.loop(), nats::ConnectOptions(server.url())).value();
  Faults faults;
  faults.fail("Echo", kLost).times(1);
  const probe::v1::ProbeBlockingClient client(faults.on(connection));
  EXPECT_EQ(client.Echo(EchoRequest()).status(), kLost);
  EXPECT_TRUE(client.Echo(EchoRequest()).ok());
}

}  // namespace
}  // namespace fairlead::testing
