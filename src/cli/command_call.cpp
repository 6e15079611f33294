#include <iostream>
#include <memory>
#include <optional>
#include <vector>

#include "fairlead/client.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/tracing.hpp"

#include "cli/call_summary.hpp"
#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/format.hpp"
#include "cli/give_up.hpp"
#include "cli/message_json.hpp"
#include "cli/method_call.hpp"
#include "cli/raw_call.hpp"
#include "cli/request_source.hpp"
#include "cli/services.hpp"
#include "cli/stream_call.hpp"
#include "rpc/status_wire.hpp"
#include "telemetry/log_sink.hpp"

namespace fairlead::cli {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  MethodArguments method;
  std::string cancel_after;
  std::uint64_t count = 1;
  std::uint64_t in_flight = 1;
  int attempts = 0;
  bool raw = false;
  bool verbose = false;
};

/// What was asked for, checked as far as it can be without the service.
struct Plan {
  Plan() {}

  MethodPlan method;
  std::optional<std::chrono::nanoseconds> cancel_after;
  std::shared_ptr<Tracer> tracer;  // null: the calls are not traced
  std::uint64_t count = 1;
  std::uint64_t in_flight = 1;
  int attempts = 0;  // of each call; 0: nothing was said
  bool raw = false;
  bool verbose = false;
  bool json = false;
};

/// A method of a running service and the messages to call it with.
struct Calls {
  Calls(nats::Connection the_connection, FoundMethod& the_method, const ClientOptions& options)
      : connection(the_connection),
        method(the_method),
        client(std::move(the_connection), the_method.service(), options) {}

  bool oneway() const { return method.method().oneway; }

  nats::Connection connection;
  FoundMethod& method;
  Client client;
  std::vector<MessagePointer> requests;
};

/// What became of the attempts before the last one.
void print_attempts(const std::vector<FailedAttempt>& attempts) {
  int number = 0;
  for (const FailedAttempt& attempt : attempts) {
    std::cerr << "attempt " << ++number << ": " << rpc::code_name(attempt.status().code()) << ": "
              << printable(message_of(attempt.status())) << "; again after "
              << format_duration(attempt.wait()) << "\n";
  }
}

/// One call after the other, each reply on a line of its own.
Task<int> call_each(Calls& calls, const Plan& plan) {
  int code = kDone;
  for (const MessagePointer& request : calls.requests) {
    const MessagePointer response = calls.method.new_response();
    GiveUp give_up(calls.connection, plan.cancel_after);
    CallOptions options = give_up.with(plan.method.options);
    std::vector<FailedAttempt> attempts;
    options.set_failed_attempts(&attempts);
    absl::Status status =
        co_await calls.client.call(calls.method.index(), *request, *response, options);
    status = co_await give_up.explain(status);
    if (plan.verbose) print_attempts(attempts);
    if (!status.ok()) {
      code = fail(status);
      std::cerr << details_of(status, &calls.method.pool());
      if (give_up.interrupted()) co_return code;
    } else if (!calls.oneway()) {
      const absl::StatusOr<std::string> json = message_to_json(*response);
      if (!json.ok()) co_return fail(json.status());
      std::cout << *json << std::endl;
    }
  }
  co_return code;
}

/// The state that the workers of call_many() share.
struct Load {
  std::uint64_t started = 0;
  std::uint64_t total = 0;
  CallSummary summary;
};

Task<void> call_repeatedly(Calls& calls, const Plan& plan, Load& load) {
  const MessagePointer response = calls.method.new_response();
  while (load.started < load.total) {
    const auto& request = *calls.requests[load.started++ % calls.requests.size()];
    const auto start = Clock::now();
    const absl::Status status =
        co_await calls.client.call(calls.method.index(), request, *response, plan.method.options);
    load.summary.record(status, Clock::now() - start);
  }
}

Task<int> call_many(Calls& calls, const Plan& plan) {
  Load load;
  load.total = plan.count * calls.requests.size();
  const auto start = Clock::now();
  TaskScope scope(calls.client.loop());
  for (std::uint64_t i = 0; i < std::min(plan.in_flight, load.total); ++i) {
    scope.spawn(call_repeatedly(calls, plan, load));
  }
  co_await scope.join();
  const auto elapsed = Clock::now() - start;
  if (plan.json) {
    std::cout << load.summary.json(elapsed) << "\n";
  } else {
    std::cout << load.summary.text(elapsed);
  }
  co_return load.summary.all_ok() ? kDone : kFailed;
}

/// Client options that trace calls, and make them again as --retry says.
ClientOptions client_options(const Plan& plan) {
  ClientOptions options;
  options.set_tracer(plan.tracer);
  options.set_route(plan.method.route);
  if (plan.attempts > 0) {
    options.set_policy(CallPolicy().set_retry(RetryPolicy().set_attempts(plan.attempts)));
  }
  return options;
}

/// Why the flags do not go with the method; empty if they do.
std::string_view mismatch(const MethodDescription& method, const Plan& plan) {
  if (method.kind != MethodKind::kUnary) {
    if (plan.count > 1) return "--count is for methods with one request and one reply";
    if (plan.attempts > 0) {
      return "--retry is for methods with one request and one reply; what a stream has brought "
             "cannot be taken back";
    }
  } else if (method.oneway && plan.attempts > 0) {
    return "--retry: nobody learns how a one-way call ends, so it cannot be made again";
  }
  return "";
}

Task<int> call_streaming(Calls& calls, const Plan& plan) {
  const Client& client = calls.client;
  FoundMethod& method = calls.method;
  StreamCall stream(calls.connection);
  stream.client = &client;
  stream.method = &method;
  stream.options = plan.method.options;
  stream.cancel_after = plan.cancel_after;
  const bool takes_one = method.method().kind == MethodKind::kServerStream;
  if (plan.method.from_standard_input && !takes_one) {
    TypedRequests typed(client.loop(), method, plan.method.source);
    stream.requests = &typed;
    const int code = co_await call_stream(stream);
    co_return code;
  }
  auto requests = co_await read_requests(client.loop(), method, plan.method);
  if (!requests.ok()) co_return wrong_usage(message_of(requests.status()));
  // Nothing is something to send for those that take a stream.
  if (plan.method.no_input && !takes_one) requests->clear();
  ListedRequests listed(*std::move(requests));
  stream.requests = &listed;
  const int code = co_await call_stream(stream);
  co_return code;
}

Task<int> call(nats::Connection connection, Plan plan) {
  const auto method = co_await find_method(connection, plan.method);
  if (!method.ok()) {
    const int code = fail(method.status());
    if (absl::IsFailedPrecondition(method.status())) {
      std::cerr << "With --raw the JSON is sent as it is and the reply is printed as it comes.\n";
    }
    co_return code;
  }
  if (const auto fault = mismatch((*method)->method(), plan); !fault.empty()) {
    co_return wrong_usage(fault);
  }
  Calls calls(connection, **method, client_options(plan));
  if ((*method)->method().kind != MethodKind::kUnary) {
    const int code = co_await call_streaming(calls, plan);
    co_return code;
  }
  auto requests = co_await read_requests(connection.loop(), **method, plan.method);
  if (!requests.ok()) co_return wrong_usage(message_of(requests.status()));
  calls.requests = *std::move(requests);
  int code = kDone;
  if (plan.count > 1) {
    code = co_await call_many(calls, plan);
  } else {
    code = co_await call_each(calls, plan);
  }
  // One-way calls have no reply to show that they have left.
  if (calls.oneway()) {
    const absl::Status flushed = co_await connection.flush(plan.method.wait);
    if (!flushed.ok()) co_return fail(flushed);
  }
  co_return code;
}

Task<int> call_without_schema(nats::Connection connection, Plan plan) {
  auto inputs = co_await read_inputs(connection.loop(), plan.method);
  if (!inputs.ok()) co_return wrong_usage(message_of(inputs.status()));
  RawCall raw;
  raw.service = plan.method.target.service;
  raw.endpoint = plan.method.target.method;
  raw.inputs = *std::move(inputs);
  raw.timeout = plan.method.wait;
  for (const auto& [key, value] : plan.method.options.metadata()) raw.headers.add(key, value);
  const int code = co_await call_raw(connection, std::move(raw));
  co_return code;
}

absl::StatusOr<Plan> make_plan(const CommandLine& line, const Arguments& arguments) {
  Plan plan;
  absl::StatusOr<MethodPlan> method = plan_method(line.connection, arguments.method);
  if (!method.ok()) return method.status();
  plan.method = *std::move(method);
  if (!arguments.cancel_after.empty()) {
    const auto time = parse_time(arguments.cancel_after);
    if (!time.ok()) {
      return absl::InvalidArgumentError(concat("--cancel-after: ", message_of(time.status())));
    }
    plan.cancel_after = *time;
  }
  plan.count = arguments.count;
  plan.in_flight = arguments.in_flight;
  plan.attempts = arguments.attempts;
  plan.raw = arguments.raw;
  plan.verbose = arguments.verbose;
  plan.json = line.json;
  return plan;
}

int run(const CommandLine& line, const Arguments& arguments) {
  absl::StatusOr<Plan> plan = make_plan(line, arguments);
  if (!plan.ok()) return wrong_usage(message_of(plan.status()));
  const Tracing tracing("fairlead", Logger(make_stderr_sink(LogFormat::kText), LogLevel::kWarning));
  plan->tracer = tracing.tracer();
  return run_connected(line.connection, [&](nats::Connection connection) {
    if (plan->raw) return call_without_schema(std::move(connection), *plan);
    return call(std::move(connection), *plan);
  });
}

}  // namespace

void add_call(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("call", "Call a method of a service that runs");
  const auto arguments = std::make_shared<Arguments>();
  add_method_arguments(
      *command, arguments->method,
      "The request as JSON; @FILE, or - for the standard input, may hold several, one on each "
      "line: a call each, or the messages of a stream. Default {}");
  command
      ->add_option("--count,-n", arguments->count,
                   "Make each call so many times and print how long they took, not the replies")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}).description(""));
  command->add_option("--in-flight", arguments->in_flight, "With --count: calls at once; default 1")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}).description(""));
  CLI::Option* raw = command->add_flag(
      "--raw", arguments->raw,
      "Send the JSON as it is and print the reply as it comes: for services without a schema");
  raw->excludes("--count");
  command
      ->add_option("--cancel-after", arguments->cancel_after, "Give each call up after this time")
      ->type_name("TIME")
      ->excludes("--count")
      ->excludes("--raw");
  command
      ->add_option("--retry", arguments->attempts,
                   "Make at most N attempts of a call that failed and may be made again")
      ->type_name("N")
      ->check(CLI::Range(1, 5).description(""))
      ->excludes("--raw");
  command->add_flag("--verbose,-v", arguments->verbose, "Tell of attempts that failed");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
