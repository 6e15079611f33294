#pragma once

#include "fairlead/loop.hpp"
#include "fairlead/nats/connect_options.hpp"
#include "fairlead/task.hpp"

#include "cli/doctor_finding.hpp"

namespace fairlead::cli {

/// Looks at what the credentials of `options` are good for at its one server: login, inbox,
/// discovery, JetStream, round trip.
Task<void> examine_account(Loop& loop, nats::ConnectOptions options, Findings& findings);

}  // namespace fairlead::cli
