#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "fairlead/options.pb.h"

namespace fairlead::codegen {

/// One number of a policy, by the name that it has in the .proto: `initial_backoff`.
struct PolicySetting {
  std::string name;
  std::variant<std::int64_t, double, std::chrono::nanoseconds> value;
};

/// A layer that a method turns on, by its name in the .proto (`retry`), and the numbers that are
/// not left to their defaults.
struct PolicyLayer {
  std::string name;
  int option = 0;  // the field of MethodOptions
  std::vector<PolicySetting> settings;
};

/// The layers that `options` turn on, in the order of their fields.
std::vector<PolicyLayer> policy_layers(const MethodOptions& options);

/// What is wrong with the numbers of the layer of field `option`; empty if nothing is.
std::string policy_fault(const MethodOptions& options, int option);

}  // namespace fairlead::codegen
