#include "cli/unary_call.hpp"

#include <algorithm>
#include <iostream>

#include "fairlead/task_scope.hpp"

#include "cli/call_summary.hpp"
#include "cli/command_line.hpp"
#include "cli/format.hpp"
#include "cli/give_up.hpp"
#include "cli/message_json.hpp"
#include "cli/method_call.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// What became of the attempts before the last one.
void print_attempts(const std::vector<FailedAttempt>& attempts) {
  int number = 0;
  for (const FailedAttempt& attempt : attempts) {
    std::cerr << "attempt " << ++number << ": " << rpc::code_name(attempt.status().code()) << ": "
              << printable(message_of(attempt.status())) << "; again after "
              << format_duration(attempt.wait()) << "\n";
  }
}

/// The state that the workers of call_many() share.
struct Load {
  std::uint64_t started = 0;
  std::uint64_t total = 0;
  CallSummary summary;
};

Task<void> call_repeatedly(UnaryCall& call, Load& load) {
  const MessagePointer response = call.method.new_response();
  while (load.started < load.total) {
    const auto& request = *call.requests[load.started++ % call.requests.size()];
    const auto start = Clock::now();
    const absl::Status status =
        co_await call.client.call(call.method.index(), request, *response, call.options);
    load.summary.record(status, Clock::now() - start);
  }
}

}  // namespace

Task<int> call_each(UnaryCall& call) {
  int code = kDone;
  for (const MessagePointer& request : call.requests) {
    const MessagePointer response = call.method.new_response();
    GiveUp give_up(call.connection, call.cancel_after);
    CallOptions options = give_up.with(call.options);
    std::vector<FailedAttempt> attempts;
    options.set_failed_attempts(&attempts);
    absl::Status status =
        co_await call.client.call(call.method.index(), *request, *response, options);
    status = co_await give_up.explain(status);
    if (call.verbose) print_attempts(attempts);
    if (!status.ok()) {
      code = fail(status);
      std::cerr << details_of(status, &call.method.pool());
      if (give_up.interrupted()) co_return code;
    } else if (!call.oneway()) {
      const absl::StatusOr<std::string> json = message_to_json(*response);
      if (!json.ok()) co_return fail(json.status());
      std::cout << *json << std::endl;
    }
  }
  co_return code;
}

Task<int> call_many(UnaryCall& call, std::uint64_t count, std::uint64_t in_flight, bool as_json) {
  Load load;
  load.total = count * call.requests.size();
  const auto start = Clock::now();
  TaskScope scope(call.client.loop());
  for (std::uint64_t i = 0; i < std::min(in_flight, load.total); ++i) {
    scope.spawn(call_repeatedly(call, load));
  }
  co_await scope.join();
  const auto elapsed = Clock::now() - start;
  if (as_json) {
    std::cout << load.summary.json(elapsed) << "\n";
  } else {
    std::cout << load.summary.text(elapsed);
  }
  co_return load.summary.all_ok() ? kDone : kFailed;
}

}  // namespace fairlead::cli
