// How a service and its clients are tested for what goes wrong: calls are lost and take long, and
// no test waits for it.
#include <gtest/gtest.h>

#include "fairlead/testing/host.hpp"

#include "calc.fairlead.hpp"
#include "calc.hpp"

namespace {

using namespace std::chrono_literals;

class CalcFaultsTest : public ::testing::Test {
 protected:
  calc::CalcBlockingClient client(const fairlead::CallPolicy& policy) {
    return calc::CalcBlockingClient(host_.channel(), fairlead::ClientOptions().set_policy(policy));
  }

  fairlead::testing::ManualClock clock_;
  fairlead::testing::Faults faults_;
  fairlead::testing::Host host_{
      calc::CalcService::bind(std::make_shared<Calc>()),
      fairlead::testing::HostOptions().set_clock(clock_).set_faults(faults_)};
  calc::AverageRequest request_;
};

TEST_F(CalcFaultsTest, ADelayThatIsTooLong) {
  faults_.delay("Average", 10s);
  const calc::CalcClient client(host_.channel());
  auto reply = host_.start(client.Average(request_));  // whose timeout is 2 s
  clock_.advance(1999ms);
  EXPECT_EQ(reply.wait_for(0s), std::future_status::timeout);
  clock_.advance(1ms);
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.get().status()));
}

TEST_F(CalcFaultsTest, ARetryHidesWhatIsLost) {
  clock_.set_automatic(true);  // so that the backoff passes while the test waits for the call
  const auto lost = absl::UnavailableError("the connection was lost");
  faults_.fail("Average", lost).after_handler().times(2);
  const auto repeating = client(fairlead::CallPolicy().set_retry(fairlead::RetryPolicy()));
  EXPECT_TRUE(repeating.Average(request_).ok());
}

TEST_F(CalcFaultsTest, ABreakerOpensAndCloses) {
  auto away = faults_.fail("Average", absl::UnavailableError("nobody is there"));
  const auto breaking = client(fairlead::CallPolicy().set_breaker(fairlead::BreakerPolicy()));
  for (int i = 0; i < 25; ++i) EXPECT_FALSE(breaking.Average(request_).ok());
  EXPECT_EQ(away.count(), 20);  // the breaker has kept the rest from the network
  away.set_active(false);
  EXPECT_FALSE(breaking.Average(request_).ok());
  clock_.advance(5s);
  EXPECT_TRUE(breaking.Average(request_).ok());
}

}  // namespace
