#pragma once

#include <absl/status/status.h>

#include "fairlead/service.hpp"

namespace fairlead {

/// Whether a service can be hosted: name, version, subjects and queue group are what NATS allows,
/// no two methods share a subject, and there is a handler. INVALID_ARGUMENT says which is not.
absl::Status check_service(const Service& service);

}  // namespace fairlead
