#include <iostream>
#include <map>
#include <memory>
#include <tuple>

#include "cli/command_line.hpp"
#include "cli/services.hpp"
#include "cli/table.hpp"

namespace fairlead::cli {
namespace {

using discovery::Finder;
using discovery::InfoResponse;

/// All services: a row for each version that runs of each.
void print_services(const std::vector<InfoResponse>& instances) {
  struct Row {
    const InfoResponse* first = nullptr;
    std::size_t count = 0;
  };
  std::map<std::tuple<std::string, std::string>, Row> rows;
  for (const InfoResponse& instance : instances) {
    Row& row = rows[{shown_name(instance), instance.version}];
    if (row.count++ == 0) row.first = &instance;
  }
  Table table({"SERVICE",
               "VERSION",
               {"INSTANCES", Table::Align::kRight},
               {"METHODS", Table::Align::kRight},
               "DESCRIPTION"});
  for (const auto& [key, row] : rows) {
    table.add_row({std::get<0>(key), std::get<1>(key), std::to_string(row.count),
                   std::to_string(row.first->endpoints.size()), row.first->description});
  }
  std::cout << table.render(Style::of_terminal(1));
}

void print_instances(const std::vector<InfoResponse>& instances) {
  Table table({"SERVICE", "VERSION", "INSTANCE", {"METHODS", Table::Align::kRight}, "LANGUAGE"});
  for (const InfoResponse& instance : instances) {
    const auto language = instance.metadata.find("fairlead.language");
    table.add_row({shown_name(instance), instance.version, instance.id,
                   std::to_string(instance.endpoints.size()),
                   language == instance.metadata.end() ? std::string() : language->second});
  }
  std::cout << table.render(Style::of_terminal(1));
}

Task<int> list(Finder finder, std::string name, bool json) {
  const auto instances = co_await find(finder, &Finder::info, name, std::string());
  if (!instances.ok()) co_return fail(instances.status());
  if (json) {
    print_json(*instances);
  } else if (instances->empty()) {
    std::cerr << "no service is up\n";
  } else if (name.empty()) {
    print_services(*instances);
  } else {
    print_instances(*instances);
  }
  co_return kDone;
}

}  // namespace

void add_ls(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("ls", "List the services that run");
  const auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "List the instances of this service")->type_name("NAME");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback([&line, name] {
    line.run = [&line, name] {
      return run_with_finder(line.connection, [&](Finder finder) {
        return list(std::move(finder), *name, line.json);
      });
    };
  });
}

}  // namespace fairlead::cli
