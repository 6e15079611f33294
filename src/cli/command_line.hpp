#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "nats/access.hpp"

namespace fairlead::cli {

/// What the command exits with.
inline constexpr int kDone = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUsage = 2;

/// How to reach NATS, as flags say it.
struct ConnectionFlags {
  std::string nats;
  std::string context;
  nats::Access access;
  std::string timeout;
};

/// The command line as it is put together: each command adds itself and, when it is the one that
/// was typed, sets `run`. Must not move: the parser writes into it.
struct CommandLine {
  CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  CLI::App app;
  ConnectionFlags connection;
  bool json = false;
  std::function<int()> run;
};

/// Adds `--nats`, `--context`, `--timeout` and the flags that name keys and certificates to a
/// command that talks to NATS.
void add_connection_flags(CLI::App& command, CommandLine& line);

/// Adds `--json`.
void add_json_flag(CLI::App& command, CommandLine& line);

/// Adds every command there is.
void add_commands(CommandLine& line);

// One function for each command, in a file of its name.
void add_ls(CommandLine& line);
void add_info(CommandLine& line);
void add_stats(CommandLine& line);
void add_top(CommandLine& line);
void add_ping(CommandLine& line);
void add_schema(CommandLine& line);
void add_call(CommandLine& line);
void add_bench(CommandLine& line);
void add_doctor(CommandLine& line);
void add_server(CommandLine& line);
void add_gen(CommandLine& line);
void add_completion(CommandLine& line);

/// Prints the words that can stand in place of the last of `words`: what the completion scripts
/// ask.
int print_completions(const CommandLine& line, const std::vector<std::string>& words);

/// Parses and runs the command; returns its exit code. Never throws.
int run_command_line(CommandLine& line, int argc, const char* const* argv);

}  // namespace fairlead::cli
