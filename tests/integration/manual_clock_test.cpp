// What the time of a test is to services and clients: nothing here waits for it.
#include "fairlead/testing/manual_clock.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/integration/timed_probe.hpp"

namespace fairlead::testing {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

using Reply = absl::StatusOr<EchoReply>;

bool is_ready(const std::future<Reply>& reply) {
  return reply.wait_for(seconds(0)) == std::future_status::ready;
}

class ManualClockTest : public ::testing::Test {
 protected:
  probe::v1::ProbeClient client(const CallPolicy& policy = CallPolicy()) {
    return probe::v1::ProbeClient(host_.channel(), ClientOptions().set_policy(policy));
  }
  probe::v1::ProbeBlockingClient blocking_client(const CallPolicy& policy = CallPolicy()) {
    return probe::v1::ProbeBlockingClient(host_.channel(), ClientOptions().set_policy(policy));
  }
  static CallOptions timeout(std::chrono::nanoseconds timeout) {
    return CallOptions().set_timeout(timeout);
  }

  ManualClock clock_;
  Faults faults_;
  std::shared_ptr<TimedProbe> probe_ = std::make_shared<TimedProbe>();
  Host host_{probe::v1::ProbeService::bind(probe_),
             HostOptions().set_clock(clock_).set_faults(faults_)};
};

TEST_F(ManualClockTest, ADeadlinePassesWhenItsTimeHasCome) {
  const EchoRequest request = taking(minutes(1));
  auto reply = host_.start(client().Echo(request, timeout(seconds(10))));
  clock_.advance(milliseconds(9999));
  EXPECT_FALSE(is_ready(reply));
  clock_.advance(milliseconds(1));
  ASSERT_TRUE(is_ready(reply));
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.get().status()));
  EXPECT_EQ(probe_->cancelled, 1) << "the handler sleeps on";
}

TEST_F(ManualClockTest, ACallTakesTheTimeOfItsHandler) {
  const EchoRequest request = taking(milliseconds(1500));
  auto reply = host_.start(client().Echo(request));
  clock_.advance(milliseconds(1499));
  EXPECT_FALSE(is_ready(reply));
  clock_.advance(milliseconds(1));
  ASSERT_TRUE(is_ready(reply));
  EXPECT_TRUE(reply.get().ok());
}

TEST_F(ManualClockTest, CallsThatNeedNoTimeNeedNoClock) {
  const auto start = clock_.now();
  EXPECT_TRUE(blocking_client().Echo(EchoRequest()).ok());
  EXPECT_TRUE(blocking_client().EchoBlocking(EchoRequest()).ok());
  EXPECT_EQ(clock_.now(), start);
}

TEST_F(ManualClockTest, HandlersSeeWhatIsLeftOfTheTime) {
  const auto reply =
      blocking_client().Describe(google::protobuf::Empty(), timeout(milliseconds(2500)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->number(), 2500);
}

TEST_F(ManualClockTest, ACoroutineIsCancelledWhereItWaitsAndMakesNoCallsThen) {
  Cancellation cancellation;
  CallOptions options = timeout(hours(2));
  options.set_cancellation(&cancellation);
  const EchoRequest request = taking(hours(1));
  auto reply = host_.start(client().Relay(request, options));
  host_.loop().post([&] { cancellation.cancel(); });
  EXPECT_TRUE(absl::IsCancelled(reply.get().status()));
  clock_.advance(milliseconds(0));
  EXPECT_TRUE(absl::IsCancelled(probe_->relayed)) << probe_->relayed;
  EXPECT_EQ(probe_->calls, 0);
}

TEST_F(ManualClockTest, APlainHandlerSeesThatItsCallIsCancelled) {
  const EchoRequest request;
  auto reply = host_.start(client().Hold(request, timeout(seconds(10))));
  clock_.advance(seconds(10));
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.get().status()));
  EXPECT_TRUE(host_.stop(seconds(10)).ok());
  EXPECT_EQ(probe_->cancelled, 1);
  EXPECT_EQ(probe_->left.load(), Deadline::Duration::zero());
}

TEST_F(ManualClockTest, APlainHandlerThatAwaitsACallIsNotInTheWayOfTime) {
  const EchoRequest request = taking(minutes(10));
  auto reply = host_.start(client().RelayBlocking(request, timeout(hours(1))));
  clock_.advance(minutes(9));
  EXPECT_FALSE(is_ready(reply));
  clock_.advance(minutes(1));
  ASSERT_TRUE(is_ready(reply));
  EXPECT_TRUE(reply.get().ok());
}

TEST_F(ManualClockTest, ARetryComesAfterItsBackoff) {
  faults_.fail("EchoBlocking", absl::UnavailableError("away")).refused().times(2);
  const RetryPolicy retry =
      RetryPolicy().set_initial_backoff(seconds(10)).set_max_backoff(seconds(20));
  const EchoRequest request;
  auto reply =
      host_.start(client(CallPolicy().set_retry(retry)).EchoBlocking(request, timeout(minutes(1))));
  clock_.advance(milliseconds(0));
  EXPECT_FALSE(is_ready(reply));
  // The waits are drawn up to 10 s and 20 s.
  clock_.advance(seconds(30));
  ASSERT_TRUE(is_ready(reply));
  EXPECT_TRUE(reply.get().ok());
  EXPECT_EQ(probe_->calls, 1);
}

TEST_F(ManualClockTest, ABreakerOpensHalfOpensAndCloses) {
  auto away = faults_.fail("Echo", absl::UnavailableError("away"));
  const BreakerPolicy breaker = BreakerPolicy().set_min_calls(5).set_probes(2);
  const auto calling = blocking_client(CallPolicy().set_breaker(breaker));
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(calling.Echo(EchoRequest()).ok());
  EXPECT_EQ(away.count(), 5);
  const auto refused = calling.Echo(EchoRequest()).status();
  EXPECT_EQ(away.count(), 5) << "it is not open";
  EXPECT_THAT(refused.ToString(), ::testing::HasSubstr("open for another 5"));
  away.set_active(false);
  clock_.advance(milliseconds(4999));
  EXPECT_FALSE(calling.Echo(EchoRequest()).ok());
  clock_.advance(milliseconds(1));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(calling.Echo(EchoRequest()).ok());
}

TEST_F(ManualClockTest, ASlowCallIsSentAgain) {
  const CallPolicy hedging = CallPolicy().set_hedge(HedgePolicy().set_max_ratio(1));
  const auto calling = client(hedging);
  const EchoRequest quick = taking(milliseconds(0));
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(host_.start(calling.Echo(quick)).get().ok());
  const EchoRequest slow = taking(minutes(1));
  auto reply = host_.start(calling.Echo(slow, timeout(hours(1))));
  clock_.advance(milliseconds(0));
  EXPECT_FALSE(is_ready(reply));
  clock_.advance(milliseconds(1));
  ASSERT_TRUE(is_ready(reply));
  EXPECT_EQ(reply.get()->number(), 1) << "not the answer of the second sending";
  EXPECT_EQ(probe_->cancelled, 1) << "the handler of the first sending goes on";
}

TEST_F(ManualClockTest, TimeMayPassByItselfWhileTheTestWaits) {
  clock_.set_automatic(true);
  const auto start = clock_.now();
  EXPECT_TRUE(blocking_client().Echo(taking(minutes(1)), timeout(hours(1))).ok());
  EXPECT_EQ(clock_.now() - start, minutes(1));
  const auto late = blocking_client().Echo(taking(minutes(1)), timeout(seconds(10)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.status())) << late.status();
  EXPECT_EQ(clock_.now() - start, minutes(1) + seconds(10));
}

TEST_F(ManualClockTest, TheHostsEndNeedsNoTime) {
  const EchoRequest request = taking(hours(1));
  auto reply = host_.start(client().Echo(request, timeout(hours(2))));
  clock_.advance(milliseconds(0));
  EXPECT_EQ(probe_->calls, 1);
}

TEST_F(ManualClockTest, ServesOneHost) {
  EXPECT_THROW(Host(std::vector<Service>(), HostOptions().set_clock(clock_)), std::runtime_error);
}

TEST(ManualClock, DoesNotGoWithNats) {
  ManualClock clock;
  const HostOptions options = HostOptions().set_clock(clock).set_nats("nats://127.0.0.1:4222");
  EXPECT_THROW(Host(std::vector<Service>(), options), std::runtime_error);
}

TEST(ManualClock, IsNotThatOfOtherHosts) {
  ManualClock clock;
  clock.advance(hours(24));
  const auto now = []() -> Task<Deadline::TimePoint> { co_return Deadline::Clock::now(); };
  Host other(std::vector<Service>{});
  EXPECT_LT(other.start(now()).get(), clock.now() - hours(23));
}

}  // namespace
}  // namespace fairlead::testing
