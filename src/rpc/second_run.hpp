#pragma once

#include <absl/status/status.h>

#include "fairlead/description.hpp"

#include "core/strings.hpp"

namespace fairlead::rpc {

/// What a middleware gets that lets a call go on a second time which can be run but once.
inline absl::Status second_run_error(const MethodDescription& method) {
  return absl::FailedPreconditionError(
      concat("a middleware of ", method.full_name, " has called next() twice; here it may once"));
}

}  // namespace fairlead::rpc
