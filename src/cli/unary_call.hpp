#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "fairlead/client.hpp"
#include "fairlead/task.hpp"

#include "cli/method_call.hpp"

namespace fairlead::cli {

/// Calls of a method with one request and one reply, of types known only at run time.
struct UnaryCall {
  UnaryCall(nats::Connection the_connection, const Client& the_client, FoundMethod& the_method)
      : connection(std::move(the_connection)), client(the_client), method(the_method) {}

  bool oneway() const { return method.method().oneway; }

  nats::Connection connection;  // that of the client
  const Client& client;
  FoundMethod& method;
  std::vector<MessagePointer> requests;  // a call each
  CallOptions options;
  std::optional<std::chrono::nanoseconds> cancel_after;
  bool verbose = false;  // tells of attempts that failed
};

/// Makes one call after the other and prints each reply on a line of its own. Returns the exit
/// code. `call` lives until the task ends.
Task<int> call_each(UnaryCall& call);

/// Makes each call `count` times, `in_flight` at once, and prints how long they took. Likewise.
Task<int> call_many(UnaryCall& call, std::uint64_t count, std::uint64_t in_flight, bool as_json);

}  // namespace fairlead::cli
