#include <iostream>
#include <memory>
#include <vector>

#include "fairlead/client.hpp"
#include "fairlead/task_scope.hpp"

#include "cli/call_summary.hpp"
#include "cli/call_target.hpp"
#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/json_lines.hpp"
#include "cli/message_json.hpp"
#include "cli/raw_call.hpp"
#include "cli/service_schema.hpp"
#include "cli/services.hpp"
#include "cli/stream_call.hpp"

namespace fairlead::cli {
namespace {

using Clock = std::chrono::steady_clock;
using MessagePointer = std::unique_ptr<google::protobuf::Message>;

struct Arguments {
  std::string target;
  std::string json;
  std::vector<std::string> headers;
  std::string prefix;
  std::uint64_t count = 1;
  std::uint64_t in_flight = 1;
  bool raw = false;
};

/// What was asked for, checked as far as it can be without the service.
struct Plan {
  Plan() {}

  CallTarget target;
  std::vector<std::string> inputs;
  bool no_input = false;  // nothing was given to send
  std::string source;
  std::string prefix;
  CallOptions options;
  std::chrono::nanoseconds wait = std::chrono::seconds(5);
  std::uint64_t count = 1;
  std::uint64_t in_flight = 1;
  bool raw = false;
  bool json = false;
};

/// A method of a running service and the messages to call it with.
struct Calls {
  Calls(nats::Connection connection, discovery::SchemaView the_schema,
        const ServiceDescription& description, std::size_t the_index)
      : schema(std::move(the_schema)),
        client(std::move(connection), description),
        index(the_index),
        kind(description.methods[the_index].kind),
        response_type(description.methods[the_index].response),
        oneway(description.methods[the_index].oneway) {}

  MessagePointer new_response() {
    return MessagePointer(factory.GetPrototype(response_type)->New());
  }

  discovery::SchemaView schema;
  google::protobuf::DynamicMessageFactory factory;
  Client client;
  std::size_t index;
  MethodKind kind;
  const google::protobuf::Descriptor* response_type;
  bool oneway;
  std::vector<MessagePointer> requests;
};

/// One call after the other, each reply on a line of its own.
Task<int> call_each(Calls& calls, const Plan& plan) {
  int code = kDone;
  for (const MessagePointer& request : calls.requests) {
    const MessagePointer response = calls.new_response();
    const absl::Status status =
        co_await calls.client.call(calls.index, *request, *response, plan.options);
    if (!status.ok()) {
      code = fail(status);
      std::cerr << details_of(status, &calls.schema.pool());
    } else if (!calls.oneway) {
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
  const MessagePointer response = calls.new_response();
  while (load.started < load.total) {
    const auto& request = *calls.requests[load.started++ % calls.requests.size()];
    const auto start = Clock::now();
    const absl::Status status =
        co_await calls.client.call(calls.index, request, *response, plan.options);
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

Task<int> call_streaming(Calls& calls, const Plan& plan) {
  StreamCall stream;
  stream.client = &calls.client;
  stream.index = calls.index;
  stream.kind = calls.kind;
  stream.requests = &calls.requests;
  stream.new_response = [&calls] { return calls.new_response(); };
  stream.pool = &calls.schema.pool();
  stream.options = plan.options;
  return call_stream(std::move(stream));
}

Task<int> call(nats::Connection connection, Plan plan) {
  const discovery::Finder finder(connection);
  const auto schema =
      co_await find_schema(connection, finder, plan.target.service, plan.prefix, plan.wait);
  if (!schema.ok()) {
    const int code = fail(schema.status());
    if (absl::IsFailedPrecondition(schema.status())) {
      std::cerr << "With --raw the JSON is sent as it is and the reply is printed as it comes.\n";
    }
    co_return code;
  }
  const ServiceDescription description = describe(*schema, plan.prefix);
  const absl::StatusOr<std::size_t> index = find_method(description, plan.target.method);
  if (!index.ok()) co_return fail(index.status());

  Calls calls(connection, *schema, description, *index);
  // All is read before anything is sent: a mistake in line 7 must not leave six calls done.
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    auto request =
        message_from_json(plan.inputs[i], *description.methods[*index].request, calls.factory);
    if (!request.ok()) {
      const std::string number = plan.inputs.size() == 1 ? "" : concat(", value ", i + 1);
      co_return wrong_usage(concat(plan.source, number, ": ", message_of(request.status())));
    }
    calls.requests.push_back(*std::move(request));
  }
  if (calls.kind != MethodKind::kUnary) {
    if (plan.count > 1) {
      co_return wrong_usage("--count is for methods with one request and one reply");
    }
    // Nothing is something to send for those that take a stream.
    if (plan.no_input && calls.kind != MethodKind::kServerStream) calls.requests.clear();
    co_return co_await call_streaming(calls, plan);
  }
  int code = kDone;
  if (plan.count > 1) {
    code = co_await call_many(calls, plan);
  } else {
    code = co_await call_each(calls, plan);
  }
  // One-way calls have no reply to show that they have left.
  if (calls.oneway) {
    const absl::Status flushed = co_await connection.flush(plan.wait);
    if (!flushed.ok()) co_return fail(flushed);
  }
  co_return code;
}

absl::StatusOr<Plan> make_plan(const ConnectionFlags& flags, const Arguments& arguments) {
  Plan plan;
  absl::StatusOr<CallTarget> target = parse_target(arguments.target);
  if (!target.ok()) return target.status();
  plan.target = *std::move(target);

  Metadata metadata;
  for (const std::string& header : arguments.headers) {
    if (absl::Status status = add_header(header, metadata); !status.ok()) return status;
  }
  plan.options.set_metadata(std::move(metadata));
  const auto timeout = timeout_of(flags, plan.wait);
  if (!timeout.ok()) return timeout.status();
  if (!flags.timeout.empty()) plan.options.set_timeout(*timeout);
  plan.wait = *timeout;

  plan.no_input = arguments.json.empty();
  const absl::StatusOr<std::string> text = read_argument(plan.no_input ? "{}" : arguments.json);
  if (!text.ok()) return text.status();
  plan.source = "the request";
  if (arguments.json == "-") plan.source = "the standard input";
  if (arguments.json.starts_with('@')) plan.source = arguments.json.substr(1);
  absl::StatusOr<std::vector<std::string>> inputs = split_json(*text, plan.source);
  if (!inputs.ok()) return inputs.status();
  plan.inputs = *std::move(inputs);

  plan.prefix = arguments.prefix;
  plan.count = arguments.count;
  plan.in_flight = arguments.in_flight;
  plan.raw = arguments.raw;
  return plan;
}

int run(const CommandLine& line, const Arguments& arguments) {
  absl::StatusOr<Plan> plan = make_plan(line.connection, arguments);
  if (!plan.ok()) return wrong_usage(message_of(plan.status()));
  plan->json = line.json;
  return run_connected(line.connection, [&](nats::Connection connection) {
    if (!plan->raw) return call(std::move(connection), *plan);
    RawCall raw;
    raw.service = plan->target.service;
    raw.endpoint = plan->target.method;
    raw.inputs = plan->inputs;
    raw.timeout = plan->wait;
    for (const auto& [key, value] : plan->options.metadata()) raw.headers.add(key, value);
    return call_raw(std::move(connection), std::move(raw));
  });
}

}  // namespace

void add_call(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("call", "Call a method of a service that runs");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("method", arguments->target, "calc.Calc.Average, or calc-Calc.Average")
      ->type_name("SERVICE.METHOD")
      ->required();
  command
      ->add_option("json", arguments->json,
                   "The request as JSON; @FILE, or - for the standard input, may hold several, one "
                   "on each line: a call each, or the messages of a stream. Default {}")
      ->type_name("JSON|@FILE|-");
  command->add_option("--header,-H", arguments->headers, "Metadata to send; may be repeated")
      ->type_name("KEY:VALUE")
      ->allow_extra_args(false);
  command->add_option("--prefix", arguments->prefix, "The subject prefix under which it runs")
      ->type_name("PREFIX");
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
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
