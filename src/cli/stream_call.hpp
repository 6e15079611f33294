#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "fairlead/client.hpp"
#include "fairlead/task.hpp"

#include "cli/method_call.hpp"
#include "cli/request_source.hpp"

namespace fairlead::cli {

/// A call of a method that streams, of types known only at run time.
struct StreamCall {
  explicit StreamCall(nats::Connection the_connection) : connection(std::move(the_connection)) {}

  nats::Connection connection;  // that of the client
  const Client* client = nullptr;
  FoundMethod* method = nullptr;
  RequestSource* requests = nullptr;
  CallOptions options;
  std::optional<std::chrono::nanoseconds> cancel_after;
};

/// Sends the requests and prints each response on a line of its own as it comes. All requests are
/// one stream; of a method that takes only one each opens a stream, one after the other. What
/// `call` points to lives until the task ends. Returns the exit code.
Task<int> call_stream(StreamCall call);

}  // namespace fairlead::cli
