#include "cli/command_line.hpp"

#include <iostream>

namespace fairlead::cli {

namespace {

constexpr const char* kFooter =
    "NATS is found by --nats, else --context, else the environment (FAIRLEAD_NATS, NATS_URL,\n"
    "NATS_CONTEXT), else the context selected with `nats context select`, else\n"
    "nats://127.0.0.1:4222.\n"
    "\n"
    "Exit codes: 0 done, 1 it failed (a call was answered with an error, nobody was there),\n"
    "2 wrong usage.";

}  // namespace

CommandLine::CommandLine() : app("Find, watch and call services on NATS.", "fairlead") {
  app.require_subcommand(1);
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
}

void add_connection_flags(CLI::App& command, CommandLine& line) {
  const std::string group = "Connection";
  command.add_option("--nats", line.connection.nats, "URL of NATS, or several with commas between")
      ->type_name("URL")
      ->group(group);
  command
      .add_option("--context", line.connection.context,
                  "A context of the nats command, or the path of a .json file that holds one")
      ->type_name("NAME")
      ->group(group);
  command
      .add_option("--timeout", line.connection.timeout,
                  "How long to wait for answers: 500ms, 2s, 1m")
      ->type_name("TIME")
      ->group(group);
}

void add_json_flag(CLI::App& command, CommandLine& line) {
  command.add_flag("--json", line.json, "Print JSON, for programs");
}

void add_commands(CommandLine& line) {
  add_ls(line);
  add_info(line);
  add_stats(line);
  add_ping(line);
  add_schema(line);
  add_call(line);
  add_server(line);
  add_gen(line);
  add_completion(line);
}

int run_command_line(CommandLine& line, int argc, const char* const* argv) {
  try {
    line.app.parse(argc, argv);
    return line.run();
  } catch (const CLI::ParseError& error) {
    return line.app.exit(error) == 0 ? kDone : kWrongUsage;
  } catch (const std::exception& error) {
    std::cerr << "fairlead: " << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace fairlead::cli
