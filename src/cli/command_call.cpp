#include <iostream>
#include <memory>
#include <optional>

#include "fairlead/client.hpp"
#include "fairlead/tracing.hpp"

#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/format.hpp"
#include "cli/method_call.hpp"
#include "cli/raw_call.hpp"
#include "cli/request_source.hpp"
#include "cli/services.hpp"
#include "cli/stream_call.hpp"
#include "cli/unary_call.hpp"
#include "telemetry/log_sink.hpp"

namespace fairlead::cli {
namespace {

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

Task<int> call_streaming(nats::Connection connection, const Client& client, FoundMethod& method,
                         const Plan& plan) {
  StreamCall stream(connection);
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
  const Client client(connection, (*method)->service(), client_options(plan));
  if ((*method)->method().kind != MethodKind::kUnary) {
    const int code = co_await call_streaming(connection, client, **method, plan);
    co_return code;
  }
  auto requests = co_await read_requests(connection.loop(), **method, plan.method);
  if (!requests.ok()) co_return wrong_usage(message_of(requests.status()));
  UnaryCall unary(connection, client, **method);
  unary.requests = *std::move(requests);
  unary.options = plan.method.options;
  unary.cancel_after = plan.cancel_after;
  unary.verbose = plan.verbose;
  int code = kDone;
  if (plan.count > 1) {
    code = co_await call_many(unary, plan.count, plan.in_flight, plan.json);
  } else {
    code = co_await call_each(unary);
  }
  // One-way calls have no reply to show that they have left.
  if (unary.oneway()) {
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
