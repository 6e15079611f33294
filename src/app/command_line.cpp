#include "app/command_line.hpp"

#include <map>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "core/nearest.hpp"

namespace fairlead {
namespace {

using Command = CommandLine::Command;
using SchemaFormat = CommandLine::SchemaFormat;

// Settings whose values are lists: their flags may be repeated.
bool is_list(const Setting& setting) {
  return setting.value.ends_with(",...");
}

std::string help_of(const Setting& setting) {
  std::string help(setting.help);
  if (!setting.standard.empty()) help += "; default " + std::string(setting.standard);
  return help + " [" + std::string(setting.variable) + "]";
}

// The parser and what it fills.
class Parser {
 public:
  Parser(const std::string& name, const std::string& version)
      : app_("Runs the service " + name + ".", name) {
    app_.get_formatter()->column_width(30);
    app_.set_help_flag("-h,--help", "print this help");
    app_.set_version_flag("--version", version, "print the version");
    app_.require_subcommand(0, 1);
    app_.allow_extras();
    add_run();
    add_info();
    add_schema();
  }

  absl::StatusOr<CommandLine> parse(int argc, const char* const* argv) {
    CommandLine line;
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      line.text = help();
      return line;
    } catch (const CLI::CallForVersion& version) {
      line.text = std::string(version.what()) + "\n";
      return line;
    } catch (const CLI::ArgumentMismatch& error) {
      const std::string text = error.what();  // `--loops: 1 required TEXT missing`
      return wrong(text.substr(0, text.find(':')) + ": a value is expected");
    } catch (const CLI::ParseError& error) {
      return wrong(error.what());
    }
    if (auto status = check_rest(); !status.ok()) return status;
    if (run_->parsed()) return run_line();
    if (info_->parsed()) {
      line.command = Command::kInfo;
      line.json = json_;
      return line;
    }
    if (schema_->parsed()) return schema_line();
    return wrong("a command is expected: run, info or schema");
  }

  std::string help() { return app_.help(); }

 private:
  CLI::App* add_command(const std::string& name, const std::string& help) {
    CLI::App* command = app_.add_subcommand(name, help);
    command->allow_extras();
    return command;
  }

  void add_run() {
    run_ = add_command("run", "serve until SIGINT or SIGTERM");
    for (const Setting& setting : all_settings()) {
      const std::string flag = "--" + std::string(setting.name);
      if (setting.value.empty()) {
        run_->add_flag_callback(
            flag, [this, &setting] { given_[&setting] = {"true"}; }, help_of(setting));
        continue;
      }
      run_->add_option(flag, given_[&setting], help_of(setting))
          ->allow_extra_args(false)
          ->option_text(std::string(setting.value));
    }
    run_->add_option("--config", config_,
                     "YAML file with any of these, `name: value` [FAIRLEAD_CONFIG]")
        ->option_text("FILE");
    run_->footer(
        "What a flag does not say is taken from the environment variable in brackets,\n"
        "then from the configuration file.");
  }

  void add_info() {
    info_ = add_command("info", "print services, methods and subjects; needs no connection");
    info_->add_flag("--json", json_, "print JSON");
  }

  void add_schema() {
    schema_ = add_command("schema", "print the schema; needs no connection");
    schema_
        ->add_option("--format", format_,
                     "proto (default), or all files with imports: json, binary (FileDescriptorSet)")
        ->option_text("FORMAT");
  }

  // The command that was given, or the program as a whole.
  CLI::App& given_command() {
    const auto commands = app_.get_subcommands();
    return commands.empty() ? app_ : *commands.front();
  }

  absl::Status wrong(const std::string& what) { return wrong(what, given_command()); }

  absl::Status wrong(const std::string& what, const CLI::App& where) {
    const std::string name =
        &where == &app_ ? app_.get_name() : absl::StrCat(app_.get_name(), " ", where.get_name());
    return absl::InvalidArgumentError(absl::StrCat(what, "\nSee ", name, " --help."));
  }

  // Arguments that mean nothing, those before the command first.
  absl::Status check_rest() {
    if (const auto rest = app_.remaining(); !rest.empty()) return unknown(rest.front(), app_);
    CLI::App& command = given_command();
    if (const auto rest = command.remaining(); !rest.empty()) return unknown(rest.front(), command);
    return absl::OkStatus();
  }

  absl::Status unknown(const std::string& word, CLI::App& where) {
    if (word.starts_with('-')) return unknown_flag(word.substr(0, word.find('=')), where);
    if (&where != &app_) return wrong("one argument too many; only flags are expected");
    std::vector<std::string> commands;
    for (const CLI::App* command : app_.get_subcommands({})) {
      commands.push_back(command->get_name());
    }
    const auto near = nearest(word, commands);
    return wrong(near ? absl::StrCat("unknown command; do you mean ", *near, "?")
                      : absl::StrCat("unknown command; known are ", absl::StrJoin(commands, ", ")),
                 where);
  }

  absl::Status unknown_flag(const std::string& flag, CLI::App& where) {
    if (&where == &app_ && run_->get_option_no_throw(flag) != nullptr) {
      return wrong(
          absl::StrCat(flag, " belongs behind the command: ", app_.get_name(), " run ", flag),
          where);
    }
    std::vector<std::string> known;
    for (const CLI::Option* option : where.get_options()) {
      for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    }
    // Dashes too few or too many are a slip like any other.
    const auto near = nearest(flag, known);
    return wrong(absl::StrCat("unknown flag ", flag, near ? "; do you mean " + *near + "?" : ""),
                 where);
  }

  absl::StatusOr<CommandLine> run_line() {
    CommandLine line;
    line.command = Command::kRun;
    line.config = config_;
    for (const Setting& setting : all_settings()) {
      const std::vector<std::string>& values = given_[&setting];
      if (values.empty()) continue;
      const std::string flag = "--" + std::string(setting.name);
      if (values.size() > 1 && !is_list(setting)) return wrong(flag + " is given more than once");
      line.settings.push_back({&setting, absl::StrJoin(values, ","), flag});
    }
    if (run_->get_option("--config")->count() > 0 && config_.empty()) {
      return wrong("--config: the name of a file is expected");
    }
    return line;
  }

  absl::StatusOr<CommandLine> schema_line() {
    CommandLine line;
    line.command = Command::kSchema;
    if (format_ == "json") {
      line.format = SchemaFormat::kJson;
    } else if (format_ == "binary") {
      line.format = SchemaFormat::kBinary;
    } else if (format_ != "proto") {
      return wrong(absl::StrCat("--format: \"", format_, "\" is not proto, json or binary"));
    }
    return line;
  }

  CLI::App app_;
  CLI::App* run_ = nullptr;
  CLI::App* info_ = nullptr;
  CLI::App* schema_ = nullptr;
  std::map<const Setting*, std::vector<std::string>> given_;
  std::string config_;
  std::string format_ = "proto";
  bool json_ = false;
};

}  // namespace

absl::StatusOr<CommandLine> parse_command_line(const std::string& name, const std::string& version,
                                               int argc, const char* const* argv) {
  return Parser(name, version).parse(argc, argv);
}

std::string program_help(const std::string& name) {
  return Parser(name, "").help();
}

}  // namespace fairlead
