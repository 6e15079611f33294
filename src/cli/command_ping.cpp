#include <iostream>
#include <memory>

#include <nlohmann/json.hpp>

#include "cli/command_line.hpp"
#include "cli/format.hpp"
#include "cli/services.hpp"
#include "cli/table.hpp"

namespace fairlead::cli {
namespace {

using discovery::Finder;
using discovery::PingResponse;
using Json = nlohmann::ordered_json;

/// All instances are found first and then measured one after the other, so that they do not wait
/// for each other.
Task<int> ping(Finder finder, std::string name, bool json) {
  const auto instances = co_await find(finder, &Finder::ping, name, std::string());
  if (!instances.ok()) co_return fail(instances.status());
  Table table({"SERVICE", "VERSION", "INSTANCE", {"ROUND TRIP", Table::Align::kRight}});
  Json list = Json::array();
  bool all_answered = true;
  for (const PingResponse& instance : *instances) {
    const auto time = co_await finder.round_trip(instance.name, instance.id);
    Json entry = Json::parse(to_json(instance));
    if (time.ok()) {
      entry["round_trip"] = time->count();
      table.add_row({shown_name(instance), instance.version, instance.id, format_duration(*time)});
    } else {
      all_answered = false;
      entry["error"] = message_of(time.status());
      table.add_row({shown_name(instance), instance.version, instance.id,
                     Table::Cell("gone", Table::Tone::kRed)});
    }
    list.push_back(std::move(entry));
  }
  if (json) {
    std::cout << list.dump() << "\n";
  } else if (instances->empty()) {
    std::cerr << "no service is up\n";
  } else {
    std::cout << table.render(Style::of_terminal(1));
  }
  co_return all_answered ? kDone : kFailed;
}

}  // namespace

void add_ping(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("ping", "Measure the way to each instance and back");
  const auto name = std::make_shared<std::string>();
  command->add_option("name", *name, "Only instances of this service")->type_name("NAME");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback([&line, name] {
    line.run = [&line, name] {
      return run_with_finder(line.connection, [&](Finder finder) {
        return ping(std::move(finder), *name, line.json);
      });
    };
  });
}

}  // namespace fairlead::cli
