#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "app/settings.hpp"

namespace fairlead {

/// What a service's command is told to do.
struct CommandLine {
  enum class Command {
    kText,  ///< Print `text`: help or version.
    kRun,
    kInfo,
    kSchema,
  };
  enum class SchemaFormat { kProto, kJson, kBinary };

  Command command = Command::kText;
  std::string text;
  std::vector<GivenSetting> settings;  ///< run: what flags say.
  std::string config;                  ///< run: `--config`; empty if not given.
  bool json = false;                   ///< info: `--json`.
  SchemaFormat format = SchemaFormat::kProto;
};

/// Reads the command line of the program `name`. `version` is what `--version` prints.
/// INVALID_ARGUMENT with what to say to the user, the nearest known flag or command included; it
/// does not repeat values.
absl::StatusOr<CommandLine> parse_command_line(const std::string& name, const std::string& version,
                                               int argc, const char* const* argv);

/// The help of the program as a whole.
std::string program_help(const std::string& name);

}  // namespace fairlead
