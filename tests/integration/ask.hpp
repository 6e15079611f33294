#pragma once

#include <chrono>
#include <string>
#include <utility>

#include <absl/status/statusor.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

namespace fairlead::testing {

/// What the first says that answers an empty request.
inline Task<absl::StatusOr<std::string>> ask(nats::Connection connection, std::string subject) {
  auto reply = co_await connection.request(subject, "", std::chrono::seconds(10));
  if (!reply.ok()) co_return reply.status();
  co_return std::move(reply->payload);
}

}  // namespace fairlead::testing
