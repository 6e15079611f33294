#include "app/policy_fields.hpp"

#include <cmath>

#include <absl/strings/numbers.h>

#include "app/setting_values.hpp"

namespace fairlead {
namespace {

constexpr std::string_view kCount = "a whole number";
constexpr std::string_view kNumber = "a number such as 0.5 or 2";
constexpr std::string_view kTime = "a time such as 100ms or 2s";

template <typename Policy, Policy& (Policy::*kSet)(int)>
bool read_count(const std::string& text, Policy& policy) {
  const auto count = parse_count(text, 0, 1'000'000'000);
  if (count) (policy.*kSet)(*count);
  return count.has_value();
}

template <typename Policy, Policy& (Policy::*kSet)(double)>
bool read_number(const std::string& text, Policy& policy) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number) || !std::isfinite(number)) return false;
  (policy.*kSet)(number);
  return true;
}

template <typename Policy, Policy& (Policy::*kSet)(std::chrono::nanoseconds)>
bool read_time(const std::string& text, Policy& policy) {
  const auto time = parse_duration(text);
  if (time) (policy.*kSet)(*time);
  return time.has_value();
}

constexpr PolicyField<RetryPolicy> kRetry[] = {
    {"attempts", kCount, read_count<RetryPolicy, &RetryPolicy::set_attempts>},
    {"initial_backoff", kTime, read_time<RetryPolicy, &RetryPolicy::set_initial_backoff>},
    {"max_backoff", kTime, read_time<RetryPolicy, &RetryPolicy::set_max_backoff>},
    {"multiplier", kNumber, read_number<RetryPolicy, &RetryPolicy::set_multiplier>},
    {"budget_ratio", kNumber, read_number<RetryPolicy, &RetryPolicy::set_budget_ratio>},
    {"budget_per_second", kNumber, read_number<RetryPolicy, &RetryPolicy::set_budget_per_second>},
};

constexpr PolicyField<ThrottlePolicy> kThrottle[] = {
    {"multiplier", kNumber, read_number<ThrottlePolicy, &ThrottlePolicy::set_multiplier>},
    {"window", kTime, read_time<ThrottlePolicy, &ThrottlePolicy::set_window>},
};

constexpr PolicyField<BreakerPolicy> kBreaker[] = {
    {"failure_ratio", kNumber, read_number<BreakerPolicy, &BreakerPolicy::set_failure_ratio>},
    {"min_calls", kCount, read_count<BreakerPolicy, &BreakerPolicy::set_min_calls>},
    {"window", kTime, read_time<BreakerPolicy, &BreakerPolicy::set_window>},
    {"open_time", kTime, read_time<BreakerPolicy, &BreakerPolicy::set_open_time>},
    {"probes", kCount, read_count<BreakerPolicy, &BreakerPolicy::set_probes>},
};

constexpr PolicyField<HedgePolicy> kHedge[] = {
    {"percentile", kNumber, read_number<HedgePolicy, &HedgePolicy::set_percentile>},
    {"max_ratio", kNumber, read_number<HedgePolicy, &HedgePolicy::set_max_ratio>},
};

}  // namespace

std::span<const PolicyField<RetryPolicy>> fields_of(const RetryPolicy&) {
  return kRetry;
}
std::span<const PolicyField<ThrottlePolicy>> fields_of(const ThrottlePolicy&) {
  return kThrottle;
}
std::span<const PolicyField<BreakerPolicy>> fields_of(const BreakerPolicy&) {
  return kBreaker;
}
std::span<const PolicyField<HedgePolicy>> fields_of(const HedgePolicy&) {
  return kHedge;
}

}  // namespace fairlead
