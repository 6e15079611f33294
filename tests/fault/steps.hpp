#pragma once

#include <functional>
#include <string>

#include "fairlead/nats/connection.hpp"

namespace fairlead::testing {

/// Runs what blocks on a thread of its own, so that the loop goes on.
Task<void> aside(Loop& loop, const std::function<void()>& work);

/// Waits until `condition` holds. False if that takes 20 seconds.
Task<bool> until(Loop& loop, const std::function<bool()>& condition);

/// The next event of a kind; others are passed over. Its error if that takes 20 seconds.
Task<absl::StatusOr<nats::Event>> next_event(nats::EventStream events, nats::EventKind kind);

/// Options for tests: reconnects for ever, and soon.
nats::ConnectOptions impatient(std::string url);

/// Connects, or throws.
Task<nats::Connection> connect(Loop& loop, nats::ConnectOptions options);

/// Expects that `connection` can call itself.
Task<void> expect_working(nats::Connection connection);

}  // namespace fairlead::testing
