#pragma once

#include <memory>

#include <absl/status/statusor.h>

#include "fairlead/deadline.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

#include "nats/connect_abort.hpp"
#include "nats/tcp_transport.hpp"
#include "route/direct/address.hpp"

namespace fairlead::route::direct {

/// Connects to an address whose host is an IP address. UNAVAILABLE says why it cannot be reached.
/// `abort` lives until it ends.
Task<absl::StatusOr<std::unique_ptr<nats::TcpTransport>>> dial(Loop& loop, Address address,
                                                               Deadline deadline,
                                                               nats::ConnectAbort& abort);

}  // namespace fairlead::route::direct
