#pragma once

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"

#include "app/environment.hpp"
#include "app/settings.hpp"

namespace fairlead {

/// Which servers to connect to and how: what the settings say, else NATS_URL, else the context that
/// NATS_CONTEXT names, else the selected context, else localhost.
absl::StatusOr<nats::ConnectOptions> choose_servers(const Settings& settings,
                                                    const Environment& environment);

}  // namespace fairlead
