#include "cli/json_lines.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <nlohmann/json.hpp>

#include "core/strings.hpp"

namespace fairlead::cli {

absl::StatusOr<std::string> read_argument(const std::string& argument) {
  std::ostringstream text;
  if (argument == "-") {
    text << std::cin.rdbuf();
    return text.str();
  }
  if (!argument.starts_with('@')) return argument;
  const std::string path = argument.substr(1);
  std::ifstream file(path, std::ios::binary);
  if (!file) return absl::NotFoundError(concat(path, ": ", std::strerror(errno)));
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    return absl::NotFoundError(concat(path, ": is a folder"));
  }
  text << file.rdbuf();
  return text.str();
}

absl::StatusOr<std::vector<std::string>> split_json(std::string_view text,
                                                    std::string_view source) {
  std::vector<std::string> values;
  if (nlohmann::json::accept(text)) {
    values.emplace_back(trim(text));
    return values;
  }
  std::size_t number = 0;
  for (const std::string_view whole_line : split(text, '\n')) {
    ++number;
    const std::string_view line = trim(whole_line);
    if (line.empty()) continue;
    if (!nlohmann::json::accept(line)) {
      return absl::InvalidArgumentError(
          concat(source, ":", number,
                 ": not JSON; one value over any number of lines is expected, or one on each"));
    }
    values.emplace_back(line);
  }
  if (values.empty()) return absl::InvalidArgumentError(concat(source, ": there is no JSON in it"));
  return values;
}

}  // namespace fairlead::cli
