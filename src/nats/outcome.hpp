#pragma once

#include <absl/status/status.h>

namespace fairlead::nats {

/// `status` with a mark that the request that it ends may have been executed all the same.
absl::Status maybe_executed(absl::Status status);

}  // namespace fairlead::nats
