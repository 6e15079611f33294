#include <iostream>
#include <memory>

#include <google/protobuf/util/json_util.h>

#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/service_schema.hpp"
#include "cli/services.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

struct Arguments {
  std::string name;
  std::string format = "proto";
  std::string prefix;
};

/// Files that come with protobuf and Fairlead: everybody has them.
bool is_own(const std::string& file) {
  return file.starts_with("google/protobuf/") || file.starts_with("fairlead/");
}

void print_proto(const discovery::SchemaView& schema) {
  google::protobuf::DebugStringOptions options;
  options.include_comments = true;
  bool first = true;
  for (const auto& file : schema.files().file()) {
    if (is_own(file.name())) continue;
    if (!first) std::cout << "\n";
    first = false;
    std::cout << "// " << printable(file.name()) << "\n\n"
              << schema.pool().FindFileByName(file.name())->DebugStringWithOptions(options);
  }
}

Task<int> print_schema(nats::Connection connection, discovery::Finder finder, Arguments arguments,
                       std::chrono::nanoseconds timeout) {
  const auto schema =
      co_await find_schema(connection, finder, arguments.name, arguments.prefix, timeout);
  if (!schema.ok()) co_return fail(schema.status());
  if (arguments.format == "proto") {
    print_proto(*schema);
  } else if (arguments.format == "binary") {
    std::cout << schema->files().SerializeAsString();
  } else {
    std::string json;
    google::protobuf::util::JsonPrintOptions options;
    options.add_whitespace = true;
    const auto status =
        google::protobuf::util::MessageToJsonString(schema->files(), &json, options);
    if (!status.ok()) co_return fail(absl::InternalError(status.ToString()));
    std::cout << json;
  }
  co_return kDone;
}

int run(const CommandLine& line, const Arguments& arguments) {
  const auto timeout = timeout_of(line.connection, std::chrono::seconds(2));
  if (!timeout.ok()) return wrong_usage(message_of(timeout.status()));
  return run_connected(line.connection, [&](nats::Connection connection) {
    return print_schema(connection, discovery::Finder(connection), arguments, *timeout);
  });
}

}  // namespace

void add_schema(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("schema", "Print the .proto of a service, as it runs");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("name", arguments->name, "calc.Calc, or its name in discovery, calc-Calc")
      ->type_name("NAME")
      ->required();
  command
      ->add_option("--format", arguments->format,
                   "proto (default), json, or binary: a FileDescriptorSet")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"proto", "json", "binary"}).description(""));
  command->add_option("--prefix", arguments->prefix, "The subject prefix under which it runs")
      ->type_name("PREFIX");
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
