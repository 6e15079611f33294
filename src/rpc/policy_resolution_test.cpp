#include "rpc/policy_resolution.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

using std::chrono::seconds;

ServiceDescription calc() {
  ServiceDescription service;
  service.full_name = "calc.Calc";
  for (const char* name : {"Add", "Average"}) {
    MethodDescription& method = service.methods.emplace_back();
    method.name = name;
    method.full_name = concat("calc.Calc.", name);
  }
  return service;
}

TEST(PolicyResolution, WhatIsNearerToTheCallHolds) {
  const ServiceDescription service = calc();
  MethodDescription average = service.methods[1];
  average.policy.set_retry(RetryPolicy().set_attempts(2)).set_breaker(BreakerPolicy());
  ClientOptions options;
  EXPECT_EQ(resolve_policy(average, options).retry()->attempts(), 2);
  options.set_policy(CallPolicy().set_retry(RetryPolicy().set_attempts(4)).set_timeout(seconds(1)));
  EXPECT_EQ(resolve_policy(average, options).retry()->attempts(), 4);
  options.set_policy("calc.Calc.Average", CallPolicy().set_timeout(seconds(2)));
  options.set_policy("Average", CallPolicy().set_retry(std::nullopt));
  const CallPolicy policy = resolve_policy(average, options);
  EXPECT_EQ(policy.retry(), nullptr);
  EXPECT_EQ(policy.timeout(), seconds(2));
  EXPECT_NE(policy.breaker(), nullptr);
  EXPECT_EQ(policy.throttle(), nullptr);
  EXPECT_EQ(policy.hedge(), nullptr);
  EXPECT_EQ(resolve_policy(service.methods[0], options).timeout(), seconds(1));
}

TEST(PolicyResolution, AMethodThatIsNotThereIsNamed) {
  EXPECT_TRUE(check_policies(calc(), ClientOptions().set_policy("Add", CallPolicy())).ok());
  EXPECT_TRUE(check_policies(calc(), ClientOptions().set_policy("a.B.Add", CallPolicy())).ok());
  const absl::Status near =
      check_policies(calc(), ClientOptions().set_policy("Averge", CallPolicy()));
  EXPECT_EQ(message_of(near),
            "the options of the client have a policy for method \"Averge\", but service calc.Calc "
            "has none of that name; do you mean \"Average\"?");
  const absl::Status far =
      check_policies(calc(), ClientOptions().set_policy("calc.Calc.Multiply", CallPolicy()));
  EXPECT_EQ(
      message_of(far),
      "the options of the client have a policy for method \"calc.Calc.Multiply\", but service "
      "calc.Calc has none of that name; it has Add, Average");
}

TEST(PolicyResolution, WrongNumbersAreNamed) {
  const auto check = [](const CallPolicy& policy) {
    return check_policies(calc(), ClientOptions().set_policy("Add", policy)).ToString();
  };
  EXPECT_EQ(check(CallPolicy().set_retry(RetryPolicy().set_attempts(6))),
            "INVALID_ARGUMENT: the policy of Add: retry: attempts must be from 1 to 5");
  EXPECT_EQ(check(CallPolicy().set_breaker(BreakerPolicy().set_failure_ratio(0))),
            "INVALID_ARGUMENT: the policy of Add: breaker: failure_ratio must be over 0, up to 1");
  EXPECT_EQ(check(CallPolicy().set_throttle(ThrottlePolicy().set_multiplier(0.5))),
            "INVALID_ARGUMENT: the policy of Add: throttle: multiplier must be from 1 to 100");
  EXPECT_EQ(check(CallPolicy().set_hedge(HedgePolicy().set_percentile(100))),
            "INVALID_ARGUMENT: the policy of Add: hedge: percentile must be from 50 to 99.9");
  EXPECT_EQ(check(CallPolicy().set_timeout(seconds(0))),
            "INVALID_ARGUMENT: the policy of Add: timeout must be more than zero");
}

}  // namespace
}  // namespace fairlead::rpc
