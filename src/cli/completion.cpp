#include "cli/completion.hpp"

#include <algorithm>
#include <cctype>

namespace fairlead::cli {
namespace {

// What the options and positional arguments of the commands take, by their type names.
constexpr const char* kServiceType = "NAME";
constexpr const char* kMethodType = "SERVICE.METHOD";

// The candidates come filtered; they are never expanded by the shell.
constexpr const char* kBash = R"sh(# bash completion for fairlead
_fairlead() {
  mapfile -t COMPREPLY < <(
    fairlead __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _fairlead fairlead
)sh";

constexpr const char* kZsh = R"sh(#compdef fairlead
# zsh completion for fairlead
_fairlead() {
  local -a candidates
  candidates=("${(@f)$(fairlead __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  candidates=("${(@)candidates:#}")
  if (( ${#candidates} )); then
    compadd -- "${candidates[@]}"
  else
    _files
  fi
}
if [ "$funcstack[1]" = "_fairlead" ]; then
  _fairlead "$@"
else
  compdef _fairlead fairlead
fi
)sh";

constexpr const char* kFish = R"sh(# fish completion for fairlead
function __fairlead_complete
  set -l words (commandline --tokenize --cut-at-cursor --current-process)
  fairlead __complete -- $words[2..] (commandline --current-token --cut-at-cursor) 2>/dev/null
end
complete --command fairlead --arguments '(__fairlead_complete)'
)sh";

/// Whether a name from the network may be put on a shell's command line as it is.
bool is_harmless(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_';
  });
}

std::vector<std::string> harmless(std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return !is_harmless(name); });
  return names;
}

const CLI::App* subcommand_named(const CLI::App& command, const std::string& name) {
  for (const CLI::App* candidate : command.get_subcommands({})) {
    if (candidate->get_name() == name) return candidate;
  }
  return nullptr;
}

/// The option that `word` names, such as `--json`; null if it is none of the command.
const CLI::Option* option_named(const CLI::App& command, const std::string& word) {
  return word.size() > 1 && word[0] == '-' ? command.get_option_no_throw(word) : nullptr;
}

bool takes_value(const CLI::Option& option) {
  return option.get_expected_max() > 0 && option.get_items_expected_max() > 0;
}

/// The values that an option or a positional argument may have.
std::vector<std::string> values_of(const CLI::App& command, const CLI::Option& option,
                                   const LiveNames& live) {
  const std::string type = option.get_type_name();
  if (option.get_positional() && type == kMethodType) return harmless(live.methods());
  if (option.get_positional() && type == kServiceType) return harmless(live.services());
  if (type.starts_with("SHELL")) return {"bash", "fish", "zsh"};
  if (command.get_name() == "schema" && option.check_lname("format")) {
    return {"proto", "json", "binary"};
  }
  if (type.starts_with("ORDER")) return {"name", "rate", "errors", "p99", "in-flight"};
  if (type.starts_with("GROUP")) return {"service", "method", "instance"};
  return {};
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

std::vector<std::string> commands_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    if (!command->get_group().empty()) names.push_back(command->get_name());
  }
  return names;
}

/// The positional argument at `index`; the last one if it takes many. Null if there is none.
const CLI::Option* positional_at(const CLI::App& command, std::size_t index) {
  for (const CLI::Option* option : command.get_options()) {
    if (!option->get_positional()) continue;
    if (index == 0) return option;
    --index;
  }
  return nullptr;
}

}  // namespace

std::vector<std::string> complete(const CLI::App& app, const std::vector<std::string>& words,
                                  const LiveNames& live) {
  const CLI::App* command = &app;
  const CLI::Option* awaits_value = nullptr;
  std::size_t positionals = 0;
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (awaits_value != nullptr) {
      awaits_value = nullptr;
    } else if (const CLI::Option* option = option_named(*command, word)) {
      if (takes_value(*option)) awaits_value = option;
    } else if (const CLI::App* subcommand = subcommand_named(*command, word)) {
      command = subcommand;
    } else if (!word.starts_with("-")) {
      ++positionals;
    }
  }

  const std::string begun = words.empty() ? "" : words.back();
  std::vector<std::string> candidates;
  if (awaits_value != nullptr) {
    candidates = values_of(*command, *awaits_value, live);
  } else if (begun.starts_with("-")) {
    candidates = flags_of(*command);
  } else if (command == &app) {
    candidates = commands_of(app);
  } else if (const CLI::Option* positional = positional_at(*command, positionals)) {
    candidates = values_of(*command, *positional, live);
  }
  std::erase_if(candidates, [&](const std::string& word) { return !word.starts_with(begun); });
  std::sort(candidates.begin(), candidates.end());
  candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
  return candidates;
}

std::string completion_script(const std::string& shell) {
  if (shell == "zsh") return kZsh;
  return shell == "fish" ? kFish : kBash;
}

}  // namespace fairlead::cli
