#include <filesystem>
#include <iostream>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/programs.hpp"
#include "cli/table.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

struct Arguments {
  int port = 4222;
  std::string host = "127.0.0.1";
  std::string store;
  std::vector<std::string> others;
};

int run(const Arguments& arguments) {
  const auto program = find_program("nats-server");
  if (!program) {
    return fail(absl::NotFoundError(
        "nats-server is not in PATH and not in /usr/sbin; on Debian and Ubuntu "
        "`sudo apt-get install nats-server` gets it, for others see https://nats.io/download"));
  }
  std::vector<std::string> command = {program->string(), "--addr", arguments.host, "--port",
                                      std::to_string(arguments.port)};
  if (!arguments.store.empty()) {
    command.insert(command.end(), {"--jetstream", "--store_dir", arguments.store});
  }
  command.insert(command.end(), arguments.others.begin(), arguments.others.end());
  std::string shown;
  for (const std::string& word : command) append(shown, shown.empty() ? "" : " ", word);
  std::cerr << Style::of_terminal(2).dim(printable(shown)) << std::endl;
  return fail(become_program(command));
}

}  // namespace

void add_server(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("server", "Start a nats-server for development, in the foreground");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("--port,-p", arguments->port, "Default 4222; -1 picks a free one")
      ->type_name("PORT")
      ->check(CLI::Range(-1, 65535).description(""));
  command->add_option("--host", arguments->host, "The address to listen on; default 127.0.0.1")
      ->type_name("ADDRESS");
  command->add_option("--store", arguments->store, "Turn JetStream on and keep its data here")
      ->type_name("DIR");
  command->add_option("arguments", arguments->others, "After `--`: more arguments for nats-server")
      ->type_name("ARGUMENT");
  command->callback([&line, arguments] { line.run = [arguments] { return run(*arguments); }; });
}

}  // namespace fairlead::cli
