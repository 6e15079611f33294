#include "cli/json_lines.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "cli/json_feed.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

absl::StatusOr<std::string> read_argument(const std::string& argument) {
  std::ostringstream text;
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
  JsonFeed feed{std::string(source)};
  feed.add(text);
  feed.end();
  while (true) {
    absl::StatusOr<std::optional<std::string>> value = feed.next();
    if (!value.ok()) return value.status();
    if (!*value) break;
    values.push_back(**std::move(value));
  }
  if (values.empty()) return absl::InvalidArgumentError(concat(source, ": there is no JSON in it"));
  return values;
}

}  // namespace fairlead::cli
