#include <filesystem>
#include <memory>
#include <set>

#include "cli/command_line.hpp"
#include "cli/connect.hpp"
#include "cli/programs.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

namespace filesystem = std::filesystem;

struct Arguments {
  std::vector<std::string> files;
  std::string out = ".";
  std::vector<std::string> impls;
  std::string version;
  std::string prefix;
  std::vector<std::string> includes;
};

/// Where fairlead/options.proto lies: in ../include beside this program, when it is installed as in
/// the folder in which it was built.
absl::StatusOr<std::string> find_options() {
  std::error_code ignored;
  const filesystem::path include =
      filesystem::weakly_canonical(own_folder() / "../include", ignored);
  if (filesystem::exists(include / "fairlead" / "options.proto", ignored)) return include.string();
  return absl::NotFoundError(concat("fairlead/options.proto is not in ", include.string(),
                                    "; is Fairlead installed whole?"));
}

absl::StatusOr<std::vector<std::string>> protoc_command(const Arguments& arguments) {
  const auto protoc = find_program("protoc");
  if (!protoc) {
    return absl::NotFoundError(
        "protoc is not in PATH; on Debian and Ubuntu `sudo apt-get install protobuf-compiler` "
        "gets it");
  }
  const auto plugin = find_program("protoc-gen-fairlead", {own_folder()});
  if (!plugin) {
    return absl::NotFoundError(concat("protoc-gen-fairlead is neither in ", own_folder().string(),
                                      " nor in PATH; is Fairlead installed whole?"));
  }
  const absl::StatusOr<std::string> options = find_options();
  if (!options.ok()) return options.status();

  std::vector<std::string> command = {protoc->string(),
                                      "--plugin=protoc-gen-fairlead=" + plugin->string()};
  std::vector<std::string> includes = arguments.includes;
  if (includes.empty()) {
    // The folders of the files themselves, each once and in their order.
    std::set<std::string> known;
    for (const std::string& file : arguments.files) {
      const std::string folder = filesystem::path(file).parent_path().string();
      const std::string include = folder.empty() ? "." : folder;
      if (known.insert(include).second) includes.push_back(include);
    }
  }
  for (const std::string& include : includes) command.push_back("-I" + include);
  command.push_back("-I" + *options);
  command.push_back("--cpp_out=" + arguments.out);
  command.push_back("--fairlead_out=" + arguments.out);
  for (const std::string& impl : arguments.impls) {
    command.push_back("--fairlead_opt=impl" + (impl.starts_with('.') ? impl : "=" + impl));
  }
  if (!arguments.version.empty()) command.push_back("--fairlead_opt=version=" + arguments.version);
  if (!arguments.prefix.empty()) command.push_back("--fairlead_opt=prefix=" + arguments.prefix);
  command.insert(command.end(), arguments.files.begin(), arguments.files.end());
  return command;
}

int run(const Arguments& arguments) {
  for (const std::string& file : arguments.files) {
    if (!filesystem::exists(file)) return wrong_usage(concat(file, ": no such file"));
  }
  const absl::StatusOr<std::vector<std::string>> command = protoc_command(arguments);
  if (!command.ok()) return fail(command.status());
  std::error_code error;
  filesystem::create_directories(arguments.out, error);
  if (error) return wrong_usage(concat("--out ", arguments.out, ": ", error.message()));
  const absl::StatusOr<int> code = run_program(*command);
  if (!code.ok()) return fail(code.status());
  return *code == 0 ? kDone : kFailed;  // protoc has said why
}

}  // namespace

void add_gen(CommandLine& line) {
  CLI::App* command =
      line.app.add_subcommand("gen", "Generate C++ from .proto files: messages, service, client");
  const auto arguments = std::make_shared<Arguments>();
  command->add_option("files", arguments->files, "The .proto files")->type_name("FILE")->required();
  command->add_option("--out,-o", arguments->out, "Where the code goes; default: here")
      ->type_name("DIR");
  command
      ->add_option("--impl", arguments->impls,
                   "The class that implements the service: makes a main. For one of several "
                   "services: .Calc=HEADER:CLASS")
      ->type_name("HEADER:CLASS")
      ->allow_extra_args(false);
  command->add_option("--version", arguments->version, "Version of services that state none")
      ->type_name("VERSION");
  command->add_option("--prefix", arguments->prefix, "Subject prefix of the services")
      ->type_name("PREFIX");
  command
      ->add_option("-I,--include", arguments->includes,
                   "Where imports are looked for; default: the folders of the files")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command->callback([&line, arguments] { line.run = [arguments] { return run(*arguments); }; });
}

}  // namespace fairlead::cli
