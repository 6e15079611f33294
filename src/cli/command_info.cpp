#include <iostream>
#include <map>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/services.hpp"
#include "cli/table.hpp"

namespace fairlead::cli {
namespace {

using discovery::EndpointInfo;
using discovery::Finder;
using discovery::InfoResponse;

std::string metadata_of(const discovery::StringMap& metadata, const char* key) {
  const auto entry = metadata.find(key);
  return entry == metadata.end() ? std::string() : entry->second;
}

/// `calc.AddRequest` of service calc.Calc is `AddRequest` for its reader.
std::string shown_type(const EndpointInfo& endpoint, const char* key, std::string_view service) {
  std::string type = metadata_of(endpoint.metadata, key);
  const std::string_view package = service.substr(0, service.rfind('.') + 1);
  if (!package.empty() && type.starts_with(package) &&
      type.find('.', package.size()) == std::string::npos) {
    type.erase(0, package.size());
  }
  return type;
}

constexpr const char* kDirect = "fairlead.direct";

/// Instances that say the same of themselves but for the id and where they take direct links.
using Alike = std::vector<const InfoResponse*>;

std::vector<Alike> group(const std::vector<InfoResponse>& instances) {
  std::vector<Alike> groups;
  std::map<std::string, std::size_t> places;
  for (const InfoResponse& instance : instances) {
    InfoResponse nameless = instance;
    nameless.id.clear();
    nameless.metadata.erase(kDirect);
    const auto [place, is_new] = places.try_emplace(to_json(nameless), groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(&instance);
  }
  return groups;
}

void print_head(const Alike& instances, const Style& style) {
  const InfoResponse& info = *instances.front();
  std::cout << style.bold(printable(shown_name(info))) << " " << printable(info.version) << "\n";
  if (!info.description.empty()) std::cout << printable(info.description) << "\n";
  std::cout << "\n";
  const auto line = [&style](std::string_view label, std::string_view value) {
    if (!value.empty()) std::cout << style.dim(label) << printable(value) << "\n";
  };
  line("discovery  ", info.name);
  for (const InfoResponse* instance : instances) {
    const std::string direct = metadata_of(instance->metadata, kDirect);
    line("instance   ", direct.empty() ? instance->id : concat(instance->id, "  direct ", direct));
  }
  for (const auto& [key, value] : info.metadata) {
    if (key != "fairlead.service" && key != kDirect) line("metadata   ", concat(key, " = ", value));
  }
  std::cout << "\n";
}

void print_endpoints(const InfoResponse& info, const Style& style) {
  const std::string service = discovery::full_name_of(info);
  Table table({"METHOD", "SUBJECT", "QUEUE", "KIND", "REQUEST", "RESPONSE", "TIMEOUT"});
  for (const EndpointInfo& endpoint : info.endpoints) {
    table.add_row({endpoint.name, endpoint.subject, endpoint.queue_group,
                   metadata_of(endpoint.metadata, "fairlead.kind"),
                   shown_type(endpoint, "fairlead.request", service),
                   shown_type(endpoint, "fairlead.response", service),
                   metadata_of(endpoint.metadata, "fairlead.timeout")});
  }
  if (table.empty()) {
    std::cout << "no methods\n";
  } else {
    std::cout << table.render(style);
  }
}

/// What the author of the service says about how it is called, if he does.
void print_policies(const InfoResponse& info, const Style& style) {
  Table table({"METHOD", "POLICY", "NUMBERS"});
  for (const EndpointInfo& endpoint : info.endpoints) {
    for (const char* layer : {"retry", "throttle", "breaker", "hedge"}) {
      const std::string numbers =
          metadata_of(endpoint.metadata, concat("fairlead.", layer).c_str());
      if (!numbers.empty()) table.add_row({endpoint.name, layer, numbers});
    }
  }
  if (!table.empty()) std::cout << "\n" << table.render(style);
}

Task<int> describe(Finder finder, std::string name, std::string id, bool json) {
  const auto instances = co_await find(finder, &Finder::info, name, id);
  if (!instances.ok()) co_return fail(instances.status());
  if (json) {
    print_json(*instances);
    co_return kDone;
  }
  const Style style = Style::of_terminal(1);
  bool first = true;
  for (const Alike& alike : group(*instances)) {
    if (!first) std::cout << "\n";
    first = false;
    print_head(alike, style);
    print_endpoints(*alike.front(), style);
    print_policies(*alike.front(), style);
  }
  co_return kDone;
}

}  // namespace

void add_info(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("info", "Describe a service: its instances, its methods");
  struct Arguments {
    std::string name;
    std::string id;
  };
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("name", arguments->name, "calc.Calc, or its name in discovery, calc-Calc")
      ->type_name("NAME")
      ->required();
  command->add_option("id", arguments->id, "Only this instance")->type_name("ID");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback([&line, arguments] {
    line.run = [&line, arguments] {
      return run_with_finder(line.connection, [&](Finder finder) {
        return describe(std::move(finder), arguments->name, arguments->id, line.json);
      });
    };
  });
}

}  // namespace fairlead::cli
