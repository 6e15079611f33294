#include <iostream>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/format.hpp"
#include "cli/services.hpp"
#include "cli/top_live.hpp"
#include "cli/top_screen.hpp"

namespace fairlead::cli {
namespace {

using discovery::Finder;

struct Arguments {
  std::string name;
  bool once = false;
  std::string interval = "1s";
  std::string sort = "rate";
  std::string by = "method";
};

/// Two polls, for there to be rates, and one table.
Task<int> show_once(Finder finder, std::string name, std::chrono::nanoseconds interval,
                    TopControls controls, bool json) {
  TopModel model;
  for (int poll = 0; poll < 2; ++poll) {
    if (poll > 0) co_await finder.loop().sleep(interval);
    const auto now = std::chrono::steady_clock::now();
    const auto instances = co_await find(finder, &Finder::stats, name, std::string());
    if (!instances.ok()) co_return fail(instances.status());
    model.update(*instances, now);
  }
  const auto rows = model.rows(controls.group(), controls.sort(), controls.reversed());
  if (json) {
    std::cout << top_json(rows) << "\n";
  } else if (rows.empty()) {
    std::cerr << "no service is up\n";
  } else {
    std::cout << render_top_table(rows, controls, Style::of_terminal(1));
  }
  co_return kDone;
}

Task<int> show_live(nats::Connection connection, discovery::FinderOptions options, std::string name,
                    std::chrono::nanoseconds interval, TopControls controls) {
  TopLive live(std::move(connection), options, std::move(name), interval, controls);
  co_return co_await live.run();
}

int run(const CommandLine& line, const Arguments& arguments) {
  const absl::StatusOr<std::chrono::nanoseconds> interval = parse_time(arguments.interval);
  if (!interval.ok()) {
    return wrong_usage(concat("--interval: ", message_of(interval.status())));
  }
  const auto group = read_top_group(arguments.by);
  const auto sort = read_top_sort(arguments.sort);
  if (!group || !sort) return wrong_usage("--by or --sort has no such value");  // checked before
  const TopControls controls(*group, *sort);
  discovery::FinderOptions options;
  const absl::StatusOr<std::chrono::nanoseconds> timeout =
      timeout_of(line.connection, options.timeout());
  if (!timeout.ok()) return wrong_usage(message_of(timeout.status()));
  options.set_timeout(*timeout);
  return run_connected(line.connection, [&](nats::Connection connection) {
    if (arguments.once || line.json || !Terminal::is_there()) {
      return show_once(Finder(std::move(connection), options), arguments.name, *interval, controls,
                       line.json);
    }
    return show_live(std::move(connection), options, arguments.name, *interval, controls);
  });
}

}  // namespace

void add_top(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand("top", "Watch what services do, live");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("name", arguments->name, "Only this service")->type_name("NAME");
  command->add_flag("--once", arguments->once, "Show one table, after two polls, and end");
  command->add_option("--interval", arguments->interval, "How often services are asked; default 1s")
      ->type_name("TIME");
  command
      ->add_option("--sort", arguments->sort, "name, rate, errors, p99 or in-flight; default rate")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"name", "rate", "errors", "p99", "in-flight"}).description(""));
  command
      ->add_option("--by", arguments->by,
                   "A row for each service, method or instance; default method")
      ->type_name("GROUP")
      ->check(CLI::IsMember({"service", "method", "instance"}).description(""));
  add_json_flag(*command, line);
  add_connection_flags(*command, line);
  command->callback(
      [&line, arguments] { line.run = [&line, arguments] { return run(line, *arguments); }; });
}

}  // namespace fairlead::cli
