#include "codegen/policy.hpp"

#include <limits>

#include "fairlead/call_policy.hpp"

namespace fairlead::codegen {
namespace {

namespace protobuf = google::protobuf;

// What no policy takes, for a duration that is none.
std::chrono::nanoseconds to_nanoseconds(const protobuf::Duration& duration) {
  if (duration.seconds() < 0 || duration.nanos() < 0 || duration.nanos() > 999999999) {
    return std::chrono::nanoseconds(-1);
  }
  constexpr std::int64_t kMostSeconds = std::numeric_limits<std::int64_t>::max() / 1000000000 - 1;
  if (duration.seconds() > kMostSeconds) return std::chrono::nanoseconds(-1);
  return std::chrono::seconds(duration.seconds()) + std::chrono::nanoseconds(duration.nanos());
}

PolicySetting setting_of(const protobuf::Message& message, const protobuf::FieldDescriptor& field) {
  const protobuf::Reflection& reflection = *message.GetReflection();
  PolicySetting setting;
  setting.name = field.name();
  switch (field.cpp_type()) {
    case protobuf::FieldDescriptor::CPPTYPE_INT32:
      setting.value = std::int64_t{reflection.GetInt32(message, &field)};
      break;
    case protobuf::FieldDescriptor::CPPTYPE_DOUBLE:
      setting.value = reflection.GetDouble(message, &field);
      break;
    default: {
      protobuf::Duration duration;
      duration.CopyFrom(reflection.GetMessage(message, &field));
      setting.value = to_nanoseconds(duration);
    }
  }
  return setting;
}

// The words of the .proto and those of the policies are the same; these functions say it to the
// compiler.
RetryPolicy to_policy(const RetryOptions& options) {
  RetryPolicy policy;
  if (options.attempts() != 0) policy.set_attempts(options.attempts());
  if (options.has_initial_backoff()) {
    policy.set_initial_backoff(to_nanoseconds(options.initial_backoff()));
  }
  if (options.has_max_backoff()) policy.set_max_backoff(to_nanoseconds(options.max_backoff()));
  if (options.multiplier() != 0) policy.set_multiplier(options.multiplier());
  if (options.has_budget_ratio()) policy.set_budget_ratio(options.budget_ratio());
  if (options.has_budget_per_second()) policy.set_budget_per_second(options.budget_per_second());
  return policy;
}

ThrottlePolicy to_policy(const ThrottleOptions& options) {
  ThrottlePolicy policy;
  if (options.multiplier() != 0) policy.set_multiplier(options.multiplier());
  if (options.has_window()) policy.set_window(to_nanoseconds(options.window()));
  return policy;
}

BreakerPolicy to_policy(const BreakerOptions& options) {
  BreakerPolicy policy;
  if (options.failure_ratio() != 0) policy.set_failure_ratio(options.failure_ratio());
  if (options.min_calls() != 0) policy.set_min_calls(options.min_calls());
  if (options.has_window()) policy.set_window(to_nanoseconds(options.window()));
  if (options.has_open_time()) policy.set_open_time(to_nanoseconds(options.open_time()));
  if (options.probes() != 0) policy.set_probes(options.probes());
  return policy;
}

HedgePolicy to_policy(const HedgeOptions& options) {
  HedgePolicy policy;
  if (options.percentile() != 0) policy.set_percentile(options.percentile());
  if (options.max_ratio() != 0) policy.set_max_ratio(options.max_ratio());
  return policy;
}

}  // namespace

std::vector<PolicyLayer> policy_layers(const MethodOptions& options) {
  std::vector<PolicyLayer> layers;
  const protobuf::Reflection& reflection = *options.GetReflection();
  for (const int option : {MethodOptions::kRetryFieldNumber, MethodOptions::kThrottleFieldNumber,
                           MethodOptions::kBreakerFieldNumber, MethodOptions::kHedgeFieldNumber}) {
    const auto* field = options.GetDescriptor()->FindFieldByNumber(option);
    if (!reflection.HasField(options, field)) continue;
    PolicyLayer& layer = layers.emplace_back();
    layer.name = field->name();
    layer.option = option;
    const protobuf::Message& message = reflection.GetMessage(options, field);
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const auto* part = message.GetDescriptor()->field(i);
      if (!message.GetReflection()->HasField(message, part)) continue;
      layer.settings.push_back(setting_of(message, *part));
    }
  }
  return layers;
}

std::string policy_fault(const MethodOptions& options, int option) {
  switch (option) {
    case MethodOptions::kRetryFieldNumber:
      return std::string(to_policy(options.retry()).fault());
    case MethodOptions::kThrottleFieldNumber:
      return std::string(to_policy(options.throttle()).fault());
    case MethodOptions::kBreakerFieldNumber:
      return std::string(to_policy(options.breaker()).fault());
    case MethodOptions::kHedgeFieldNumber:
      return std::string(to_policy(options.hedge()).fault());
    default:
      return "";
  }
}

}  // namespace fairlead::codegen
