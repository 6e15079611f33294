#include "cli/command_line.hpp"

#include <algorithm>
#include <iostream>
#include <tuple>

#include "cli/table.hpp"
#include "core/nearest.hpp"

namespace fairlead::cli {

namespace {

constexpr const char* kFooter =
    "NATS is found by --nats or --context, else by the environment (FAIRLEAD_NATS or\n"
    "FAIRLEAD_CONTEXT, NATS_URL, NATS_CONTEXT), else by the context selected with\n"
    "`nats context select`, else at nats://127.0.0.1:4222. Keys and certificates are those\n"
    "of the flags, else of FAIRLEAD_CREDS and the like, NATS_CREDS and the like, the context.\n"
    "\n"
    "Exit codes: 0 done, 1 it failed (a call was answered with an error, nobody was there),\n"
    "2 wrong usage.";

}  // namespace

CommandLine::CommandLine() : app("Find, watch and call services on NATS.", "fairlead") {
  app.require_subcommand(1);
  app.footer(kFooter);
  app.get_formatter()->column_width(34);
  add_connection_flags(app, *this);  // before the command's name they will do too
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
  const std::tuple<const char*, std::string*, const char*> files[] = {
      {"--creds", &line.connection.access.creds,
       "Credentials file (JWT and seed), as made by `nsc generate creds`"},
      {"--nkey", &line.connection.access.nkey, "File with an NKey seed"},
      {"--tls-ca", &line.connection.access.tls_ca,
       "Certificates that the server's must descend from"},
      {"--tls-cert", &line.connection.access.tls_cert,
       "Own certificate, for servers that ask for one"},
      {"--tls-key", &line.connection.access.tls_key, "Private key of --tls-cert"}};
  for (const auto& [flag, place, help] : files) {
    command.add_option(flag, *place, help)->type_name("FILE")->group(group);
  }
  command
      .add_flag("--tls-first", line.connection.access.tls_first,
                "Encrypt before the server says anything (handshake_first)")
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
  add_top(line);
  add_ping(line);
  add_schema(line);
  add_call(line);
  add_bench(line);
  add_doctor(line);
  add_server(line);
  add_gen(line);
  add_completion(line);
}

namespace {

/// The first word that should be a command and is none; empty if there is no such word.
std::string unknown_command(const CLI::App& app, int argc, const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (const CLI::Option* option = app.get_option_no_throw(word)) {
      if (option->get_items_expected_max() > 0) ++i;  // its value
    } else if (!word.starts_with('-')) {
      const auto commands = app.get_subcommands({});
      const bool known =
          std::any_of(commands.begin(), commands.end(),
                      [&](const CLI::App* command) { return command->get_name() == word; });
      return known ? std::string() : word;
    }
  }
  return {};
}

int explain_wrong_usage(const CLI::App& app, const std::string& unknown) {
  std::vector<std::string> commands;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) commands.push_back(command->get_name());
  }
  const auto meant = nearest(unknown, commands);
  std::cerr << "fairlead: there is no command " << printable(unknown)
            << (meant ? "; did you mean " + *meant + "?" : "; fairlead --help lists them") << "\n";
  return kWrongUsage;
}

}  // namespace

int run_command_line(CommandLine& line, int argc, const char* const* argv) {
  try {
    // `fairlead __complete -- WORD…`; the words are a command line of their own, not this one's.
    if (argc > 2 && argv[1] == std::string_view("__complete")) {
      return print_completions(line, std::vector<std::string>(argv + 3, argv + argc));
    }
    line.app.parse(argc, argv);
    return line.run();
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return line.app.exit(error);  // --help, --version
    const std::string unknown = unknown_command(line.app, argc, argv);
    if (!unknown.empty()) return explain_wrong_usage(line.app, unknown);
    line.app.exit(error);
    return kWrongUsage;
  } catch (const std::exception& error) {
    std::cerr << "fairlead: " << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace fairlead::cli
