#pragma once

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"

#include "app/environment.hpp"
#include "app/settings.hpp"

namespace fairlead {

/// Which servers to connect to and how: what the settings say, else NATS_URL, else the context that
/// NATS_CONTEXT names, else the selected context, else localhost. Keys and certificates that the
/// settings name take the place of those of the context; those of NATS_CREDS, NATS_NKEY, NATS_CA,
/// NATS_CERT and NATS_KEY do so unless the settings name a context. INVALID_ARGUMENT says which
/// setting is wrong.
absl::StatusOr<nats::ConnectOptions> choose_servers(const Settings& settings,
                                                    const Environment& environment);

}  // namespace fairlead
