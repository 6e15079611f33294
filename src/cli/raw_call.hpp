#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

namespace fairlead::cli {

/// Calls of a service whose messages are not known: its endpoint is found by discovery.
struct RawCall {
  RawCall() {}

  std::string service;
  std::string endpoint;
  std::vector<std::string> inputs;
  std::chrono::nanoseconds timeout = std::chrono::seconds(5);
  nats::Headers headers;
};

/// Sends each input as it is and prints each reply as it comes. Returns the exit code.
Task<int> call_raw(nats::Connection connection, RawCall call);

}  // namespace fairlead::cli
