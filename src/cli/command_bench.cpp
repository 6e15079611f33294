#include <iostream>
#include <memory>
#include <optional>

#include "cli/bench_run.hpp"
#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/format.hpp"
#include "cli/message_json.hpp"
#include "cli/method_call.hpp"
#include "cli/request_source.hpp"
#include "cli/sample_message.hpp"
#include "cli/services.hpp"

namespace fairlead::cli {
namespace {

constexpr std::uint64_t kInFlight = 64;
/// Of an open loop, where it only bounds what this side keeps.
constexpr std::uint64_t kOpenInFlight = 10'000;

struct Arguments {
  MethodArguments method;
  double rate = 0;
  std::string duration;
  std::string warm_up;
  std::uint64_t calls = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t connections = 1;
};

struct Plan {
  Plan() {}

  MethodPlan method;
  BenchPace pace;
  std::uint64_t in_flight = kInFlight;
  std::uint64_t connections = 1;
  nats::ConnectOptions connect;
  bool json = false;
};

absl::StatusOr<std::chrono::nanoseconds> time_of(const char* flag, const std::string& text) {
  const auto time = parse_time(text);
  if (time.ok()) return time;
  return absl::InvalidArgumentError(concat(flag, ": ", message_of(time.status())));
}

absl::Status set_pace(const Arguments& arguments, Plan& plan) {
  BenchPace& pace = plan.pace;
  pace.rate = arguments.rate;
  pace.calls = arguments.calls;
  // Who counts calls wants no others.
  if (arguments.calls == 0) pace.duration = std::chrono::seconds(10);
  if (arguments.calls == 0) pace.warm_up = std::chrono::seconds(1);
  if (!arguments.duration.empty()) {
    const auto time = time_of("--duration", arguments.duration);
    if (!time.ok()) return time.status();
    pace.duration = *time;
  }
  if (arguments.warm_up == "0") {
    pace.warm_up = {};
  } else if (!arguments.warm_up.empty()) {
    const auto time = time_of("--warm-up", arguments.warm_up);
    if (!time.ok()) return time.status();
    pace.warm_up = *time;
  }
  plan.in_flight = arguments.in_flight;
  if (plan.in_flight == 0) plan.in_flight = pace.rate > 0 ? kOpenInFlight : kInFlight;
  plan.connections = arguments.connections;
  if (plan.in_flight < plan.connections) {
    return absl::InvalidArgumentError("--in-flight must not be below --connections");
  }
  if (pace.calls > 0 && pace.calls < plan.connections) {
    return absl::InvalidArgumentError("--calls must not be below --connections");
  }
  return absl::OkStatus();
}

absl::StatusOr<Plan> make_plan(const CommandLine& line, const Arguments& arguments) {
  Plan plan;
  absl::StatusOr<MethodPlan> method = plan_method(line.connection, arguments.method);
  if (!method.ok()) return method.status();
  plan.method = *std::move(method);
  if (absl::Status status = set_pace(arguments, plan); !status.ok()) return status;
  const auto connect = connect_options(line.connection);
  if (!connect.ok()) return connect.status();
  plan.connect = *connect;
  plan.json = line.json;
  return plan;
}

/// What a caller should know before it looks at the figures.
void warn(const MethodDescription& method) {
  if (method.idempotent) return;
  std::cerr << "fairlead: " << method.full_name
            << " is not marked as idempotent: each of these calls may change something\n";
}

Task<absl::StatusOr<std::vector<MessagePointer>>> requests_of(Loop& loop, FoundMethod& method,
                                                              MethodPlan plan) {
  if (!plan.no_input) co_return co_await read_requests(loop, method, plan);
  std::vector<MessagePointer> requests;
  requests.push_back(sample_message(*method.method().request, method.factory()));
  const absl::StatusOr<std::string> json = message_to_json(*requests.front());
  if (json.ok()) std::cerr << "fairlead: the request is " << *json << "\n";
  co_return requests;
}

Task<int> bench(nats::Connection connection, Plan plan) {
  const auto found = co_await find_method(connection, plan.method);
  if (!found.ok()) co_return fail(found.status());
  FoundMethod& method = **found;
  if (method.method().kind != MethodKind::kUnary) {
    co_return wrong_usage(concat(method.method().full_name,
                                 " streams; bench is for methods with one request and one reply"));
  }
  const auto requests = co_await requests_of(connection.loop(), method, plan.method);
  if (!requests.ok()) co_return wrong_usage(message_of(requests.status()));
  warn(method.method());

  BenchWork work;
  work.connect = plan.connect;
  work.method = &method;
  work.requests = &*requests;
  work.options = plan.method.options;
  work.route = plan.method.route;
  work.wait = plan.method.wait;
  work.pace = plan.pace;
  work.in_flight = plan.in_flight;
  work.workers = plan.connections;
  BenchRun run(connection.loop(), work);
  const absl::StatusOr<BenchResult> result = co_await run.run();
  if (!result.ok()) co_return fail(result.status());

  BenchSetup setup;
  setup.method = method.method().full_name;
  setup.rate = plan.pace.rate;
  setup.in_flight = plan.in_flight;
  setup.connections = plan.connections;
  setup.warm_up = plan.pace.warm_up;
  setup.oneway = method.method().oneway;
  if (plan.json) {
    std::cout << result->json(setup) << "\n";
  } else {
    std::cout << result->text(setup);
  }
  co_return result->all_failed() ? kFailed : kDone;
}

int run(const CommandLine& line, const Arguments& arguments) {
  const absl::StatusOr<Plan> plan = make_plan(line, arguments);
  if (!plan.ok()) return wrong_usage(message_of(plan.status()));
  return run_connected(line.connection, [&](nats::Connection connection) {
    return bench(std::move(connection), *plan);
  });
}

}  // namespace

void add_bench(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("bench", "Call a method again and again, and tell how it did");
  const auto arguments = std::make_shared<Arguments>();
  add_method_arguments(
      *command, arguments->method,
      "The request as JSON; @FILE, or - for the standard input, may hold several, one on each "
      "line, which are taken in turn. Default: something in every field");
  const auto positive = CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000'000}).description("");
  command
      ->add_option("--rate", arguments->rate,
                   "Open loop: calls a second, at fixed moments, whatever became of the former")
      ->type_name("R")
      ->check(CLI::Range(0.001, 1e7).description(""));
  command
      ->add_option("--in-flight", arguments->in_flight,
                   "Calls at once; default 64. With --rate: at most so many, default 10000")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{100'000}).description(""));
  command->add_option("--duration", arguments->duration, "How long; default 10s, without --calls")
      ->type_name("TIME");
  command->add_option("--calls", arguments->calls, "End after so many calls")
      ->type_name("N")
      ->check(positive);
  command
      ->add_option("--warm-up", arguments->warm_up,
                   "Calls of that time before do not count; default 1s, with --calls 0")
      ->type_name("TIME");
  command
      ->add_option("--connections", arguments->connections,
                   "Connections to NATS, each with a thread; default 1")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{256}).description(""));
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
