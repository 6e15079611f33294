#pragma once

#include <span>
#include <string>
#include <string_view>

#include "fairlead/call_policy.hpp"

namespace fairlead {

/// A number of a policy as a file names it, which is the name of its setter and of the option in a
/// .proto.
template <typename Policy>
struct PolicyField {
  std::string_view name;
  std::string_view expected;  ///< For errors: `a time such as 100ms or 2s`.
  bool (*read)(const std::string& text, Policy& policy);
};

std::span<const PolicyField<RetryPolicy>> fields_of(const RetryPolicy&);
std::span<const PolicyField<ThrottlePolicy>> fields_of(const ThrottlePolicy&);
std::span<const PolicyField<BreakerPolicy>> fields_of(const BreakerPolicy&);
std::span<const PolicyField<HedgePolicy>> fields_of(const HedgePolicy&);

}  // namespace fairlead
