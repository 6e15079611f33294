#include <iostream>
#include <memory>

#include "cli/command_line.hpp"
#include "cli/completion.hpp"
#include "cli/connect.hpp"
#include "cli/services.hpp"
#include "cli/table.hpp"

namespace fairlead::cli {
namespace {

using discovery::InfoResponse;
using Names = std::vector<std::string>;

Task<int> collect(nats::Connection connection, std::vector<InfoResponse>& instances) {
  // Someone waits with a finger on the tab key.
  discovery::FinderOptions options;
  options.set_timeout(std::chrono::milliseconds(500));
  options.set_stall(std::chrono::milliseconds(100));
  const discovery::Finder finder(connection, options);
  auto found = co_await finder.info(std::string(), std::string());
  if (found.ok()) instances = std::move(found->instances);
  co_return kDone;
}

std::vector<InfoResponse> running_services(const ConnectionFlags& flags) {
  std::vector<InfoResponse> instances;
  run_connected(flags, [&](nats::Connection connection) {
    return collect(std::move(connection), instances);
  });
  return instances;
}

/// The flags of the connection count for the completion too: it must ask the same NATS.
ConnectionFlags connection_of(const Names& words) {
  ConnectionFlags flags;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "--nats") flags.nats = words[i + 1];
    if (words[i] == "--context") flags.context = words[i + 1];
  }
  return flags;
}

}  // namespace

int print_completions(const CommandLine& line, const Names& words) {
  LiveNames live;
  live.services = [&] {
    Names names;
    for (const InfoResponse& instance : running_services(connection_of(words))) {
      names.push_back(shown_name(instance));
    }
    return names;
  };
  live.methods = [&] {
    Names names;
    for (const InfoResponse& instance : running_services(connection_of(words))) {
      for (const auto& endpoint : instance.endpoints) {
        names.push_back(concat(shown_name(instance), ".", endpoint.name));
      }
    }
    return names;
  };
  for (const std::string& candidate : complete(line.app, words, live)) {
    std::cout << printable(candidate) << "\n";
  }
  return kDone;
}

void add_completion(CommandLine& line) {
  CLI::App* command = line.app.add_subcommand(
      "completion", "Print the script that makes a shell complete commands, services and methods");
  command->footer(
      "bash: fairlead completion bash > ~/.local/share/bash-completion/completions/fairlead\n"
      "zsh:  fairlead completion zsh > \"${fpath[1]}/_fairlead\"\n"
      "fish: fairlead completion fish > ~/.config/fish/completions/fairlead.fish");
  const auto shell = std::make_shared<std::string>();
  command->add_option("shell", *shell, "bash, zsh or fish")
      ->type_name("SHELL")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}).description(""));
  command->callback([&line, shell] {
    line.run = [shell] {
      std::cout << completion_script(*shell);
      return kDone;
    };
  });
}

}  // namespace fairlead::cli
