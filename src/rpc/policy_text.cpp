#include "rpc/policy_text.hpp"

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

std::string time(std::chrono::nanoseconds time) {
  const std::int64_t count = time.count();
  if (count % 1'000'000'000 == 0) return concat(count / 1'000'000'000, "s");
  return concat(static_cast<double>(count) / 1e6, "ms");
}

}  // namespace

std::string to_text(const RetryPolicy& policy) {
  return concat("attempts: ", policy.attempts(),
                ", initial_backoff: ", time(policy.initial_backoff()),
                ", max_backoff: ", time(policy.max_backoff()),
                ", multiplier: ", policy.multiplier(), ", budget_ratio: ", policy.budget_ratio(),
                ", budget_per_second: ", policy.budget_per_second());
}

std::string to_text(const ThrottlePolicy& policy) {
  return concat("multiplier: ", policy.multiplier(), ", window: ", time(policy.window()));
}

std::string to_text(const BreakerPolicy& policy) {
  return concat("failure_ratio: ", policy.failure_ratio(), ", min_calls: ", policy.min_calls(),
                ", window: ", time(policy.window()), ", open_time: ", time(policy.open_time()),
                ", probes: ", policy.probes());
}

std::string to_text(const HedgePolicy& policy) {
  return concat("percentile: ", policy.percentile(), ", max_ratio: ", policy.max_ratio());
}

}  // namespace fairlead::rpc
