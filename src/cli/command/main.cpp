#include "cli/command_line.hpp"

int main(int argc, char** argv) {
  fairlead::cli::CommandLine line;
  line.app.set_version_flag("--version", "fairlead " FAIRLEAD_VERSION, "Print the version");
  fairlead::cli::add_commands(line);
  return fairlead::cli::run_command_line(line, argc, argv);
}
