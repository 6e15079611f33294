#pragma once

#include <string>

#include "fairlead/call_policy.hpp"

namespace fairlead::rpc {

/// The numbers of a layer in the words of a configuration file: `attempts: 3, initial_backoff:
/// 100ms, …`. Discovery shows them.
std::string to_text(const RetryPolicy& policy);
std::string to_text(const ThrottlePolicy& policy);
std::string to_text(const BreakerPolicy& policy);
std::string to_text(const HedgePolicy& policy);

}  // namespace fairlead::rpc
