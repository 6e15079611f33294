#pragma once

#include <absl/status/status.h>

#include "fairlead/client_options.hpp"
#include "fairlead/description.hpp"

namespace fairlead::rpc {

/// How a client makes the calls of a method: what its options say of the method, else what they say
/// of all methods, else what the .proto says.
CallPolicy resolve_policy(const MethodDescription& method, const ClientOptions& options);

/// INVALID_ARGUMENT if `options` have a policy whose numbers are wrong, or one for a method that
/// the service does not have. What they say of other services is their affair.
absl::Status check_policies(const ServiceDescription& service, const ClientOptions& options);

}  // namespace fairlead::rpc
