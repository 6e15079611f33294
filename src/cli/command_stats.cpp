#include <iostream>
#include <memory>

#include <unistd.h>

#include "cli/command_line.hpp"
#include "cli/format.hpp"
#include "cli/services.hpp"
#include "cli/stats_view.hpp"

namespace fairlead::cli {
namespace {

using discovery::Finder;

struct Arguments {
  std::string name;
  std::string id;
  bool watch = false;
  std::string interval = "1s";
};

Task<int> show(Finder finder, Loop& loop, Arguments arguments, std::chrono::nanoseconds interval,
               bool json) {
  StatsView view(/*by_instance=*/!arguments.name.empty());
  const Style style = Style::of_terminal(1);
  while (true) {
    const auto instances = co_await find(finder, &Finder::stats, arguments.name, arguments.id);
    // Who watches wants to see it come back.
    if (!instances.ok() && !(arguments.watch && absl::IsNotFound(instances.status()))) {
      co_return fail(instances.status());
    }
    if (arguments.watch && !json && isatty(1) == 1) std::cout << "\x1b[H\x1b[J";
    if (!instances.ok()) {
      std::cerr << message_of(instances.status()) << "\n";
    } else if (json) {
      print_json(*instances);
    } else if (instances->empty()) {
      std::cerr << "no service is up\n";
    } else {
      std::cout << view.render(*instances, std::chrono::steady_clock::now(), style);
    }
    std::cout.flush();
    if (!arguments.watch || !std::cout) co_return kDone;
    co_await loop.sleep(interval);
  }
}

int run(const CommandLine& line, const Arguments& arguments) {
  const absl::StatusOr<std::chrono::nanoseconds> interval = parse_time(arguments.interval);
  if (!interval.ok()) {
    return wrong_usage(concat("--interval: ", message_of(interval.status())));
  }
  return run_with_finder(line.connection, [&](Finder finder) {
    Loop& loop = finder.loop();
    return show(std::move(finder), loop, arguments, *interval, line.json);
  });
}

}  // namespace

void add_stats(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("stats", "Show what services have done");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("name", arguments->name, "Only this service, by instance")->type_name("NAME");
  command->add_option("id", arguments->id, "Only this instance")->type_name("ID");
  command->add_flag("--watch,-w", arguments->watch,
                    "Show it again and again, with calls per second");
  command->add_option("--interval", arguments->interval, "How often with --watch; default 1s")
      ->type_name("TIME");
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
