#pragma once

#include <memory>
#include <vector>

#include <boost/asio/ip/tcp.hpp>

#include "core/loop_core.hpp"
#include "nats/transport.hpp"

namespace fairlead::nats {

/// Connects to the first of `endpoints`, in their order, that answers; each has its share of the
/// time that is left, so that one that swallows everything leaves time for the others.
Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_first(
    LoopCore& core, std::vector<boost::asio::ip::tcp::endpoint> endpoints, Deadline deadline,
    ConnectAbort& abort);

}  // namespace fairlead::nats
