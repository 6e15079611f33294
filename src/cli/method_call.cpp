#include "cli/method_call.hpp"

#include "cli/json_lines.hpp"
#include "cli/message_json.hpp"
#include "cli/service_schema.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

void add_method_arguments(CLI::App& command, MethodArguments& arguments,
                          const std::string& json_help) {
  command.add_option("method", arguments.target, "calc.Calc.Average, or calc-Calc.Average")
      ->type_name("SERVICE.METHOD")
      ->required();
  command.add_option("json", arguments.json, json_help)->type_name("JSON|@FILE|-");
  command.add_option("--header,-H", arguments.headers, "Metadata to send; may be repeated")
      ->type_name("KEY:VALUE")
      ->allow_extra_args(false);
  command.add_option("--prefix", arguments.prefix, "The subject prefix under which it runs")
      ->type_name("PREFIX");
  command
      .add_option("--route", arguments.route,
                  "How calls travel: nats, direct (straight to an instance that takes links) or "
                  "auto; default nats")
      ->type_name("ROUTE")
      ->check(CLI::IsMember({"nats", "direct", "auto"}).description(""));
}

absl::StatusOr<MethodPlan> plan_method(const ConnectionFlags& flags,
                                       const MethodArguments& arguments) {
  MethodPlan plan;
  absl::StatusOr<CallTarget> target = parse_target(arguments.target);
  if (!target.ok()) return target.status();
  plan.target = *std::move(target);
  plan.prefix = arguments.prefix;
  plan.route = parse_route_choice(arguments.route).value_or(RouteChoice::kNats);

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
  plan.from_standard_input = arguments.json == "-";
  plan.source = "the request";
  if (plan.from_standard_input) plan.source = "the standard input";
  if (arguments.json.starts_with('@')) plan.source = arguments.json.substr(1);
  if (plan.from_standard_input) return plan;
  const auto text = read_argument(plan.no_input ? "{}" : arguments.json);
  if (!text.ok()) return text.status();
  auto inputs = split_json(*text, plan.source);
  if (!inputs.ok()) return inputs.status();
  plan.inputs = *std::move(inputs);
  return plan;
}

FoundMethod::FoundMethod(discovery::SchemaView schema, const std::string& prefix)
    : schema_(std::move(schema)), service_(describe(schema_, prefix)) {}

absl::Status FoundMethod::choose(const std::string& name) {
  const absl::StatusOr<std::size_t> index = find_method(service_, name);
  if (!index.ok()) return index.status();
  index_ = *index;
  return absl::OkStatus();
}

MessagePointer FoundMethod::new_response() {
  return MessagePointer(factory_.GetPrototype(method().response)->New());
}

absl::StatusOr<MessagePointer> FoundMethod::request_of(const std::string& json,
                                                       const std::string& source) {
  auto request = message_from_json(json, *method().request, factory_);
  if (request.ok()) return request;
  return absl::InvalidArgumentError(concat(source, ": ", message_of(request.status())));
}

Task<absl::StatusOr<std::unique_ptr<FoundMethod>>> find_method(nats::Connection connection,
                                                               MethodPlan plan) {
  const discovery::Finder finder(connection);
  const auto schema =
      co_await find_schema(connection, finder, plan.target.service, plan.prefix, plan.wait);
  if (!schema.ok()) co_return schema.status();
  auto found = std::make_unique<FoundMethod>(*schema, plan.prefix);
  if (absl::Status status = found->choose(plan.target.method); !status.ok()) co_return status;
  co_return found;
}

}  // namespace fairlead::cli
