#include "rpc/policy_text.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

TEST(PolicyText, HasTheWordsOfAConfigurationFile) {
  EXPECT_EQ(to_text(RetryPolicy().set_initial_backoff(std::chrono::microseconds(1500))),
            "attempts: 3, initial_backoff: 1.5ms, max_backoff: 1s, multiplier: 2, "
            "budget_ratio: 0.2, budget_per_second: 10");
  EXPECT_EQ(to_text(ThrottlePolicy()), "multiplier: 2, window: 10s");
  EXPECT_EQ(to_text(BreakerPolicy()),
            "failure_ratio: 0.5, min_calls: 20, window: 10s, open_time: 5s, probes: 10");
  EXPECT_EQ(to_text(HedgePolicy()), "percentile: 95, max_ratio: 0.05");
}

}  // namespace
}  // namespace fairlead::rpc
