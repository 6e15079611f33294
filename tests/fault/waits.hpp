#pragma once

#include "fairlead/nats/connection.hpp"

namespace fairlead::testing {

/// How requests that nobody answers ended.
struct Ends {
  int lost = 0;   ///< UNAVAILABLE, perhaps executed.
  int other = 0;  ///< Any other way.
  absl::Status example;
};

/// Sends a request to "silent", and counts how it ends.
Task<void> ask_the_silent(nats::Connection connection, Ends& ends);

/// Wait for a long time, and tell how that ended.
Task<void> wait_for_next(nats::Subscription subscription, absl::Status& status);
Task<void> wait_for_flush(nats::Connection connection, absl::Status& status);
Task<void> wait_for_closed(nats::Connection connection, absl::Status& status);

}  // namespace fairlead::testing
