#pragma once

#include <functional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace fairlead::cli {

/// What services and methods there are; asked only when the word to complete is one of those.
struct LiveNames {
  /// Names of services: `calc.Calc`.
  std::function<std::vector<std::string>()> services;
  /// Names of methods with those of their services: `calc.Calc.Average`.
  std::function<std::vector<std::string>()> methods;
};

/// The words that can stand in place of the last of `words`, which may be empty or begun. `words`
/// begin after the program's name.
std::vector<std::string> complete(const CLI::App& app, const std::vector<std::string>& words,
                                  const LiveNames& live);

/// The script that makes `shell` (bash, zsh or fish) complete by asking `fairlead __complete`.
std::string completion_script(const std::string& shell);

}  // namespace fairlead::cli
