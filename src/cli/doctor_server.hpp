#pragma once

#include "fairlead/loop.hpp"
#include "fairlead/nats/connect_options.hpp"
#include "fairlead/task.hpp"

#include "cli/doctor_finding.hpp"
#include "nats/url.hpp"

namespace fairlead::cli {

/// Looks at the way to one server and at what it says without being told who asks: name, TCP, INFO,
/// TLS. False if that went wrong, so that looking further makes no sense.
Task<bool> examine_server(Loop& loop, nats::ServerAddress server, nats::ConnectOptions options,
                          Findings& findings);

}  // namespace fairlead::cli
