#include "nats/file_path.hpp"

#include <cstdlib>

#include <absl/strings/ascii.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

bool is_name_letter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Takes the name of a variable off the front of `text`, which stands behind a `$`; empty if there
/// is none, and the `$` is one like any other letter.
std::string take_name(std::string_view& text) {
  const bool braces = text.starts_with('{');
  const std::string_view start = text.substr(braces ? 1 : 0);
  std::size_t size = 0;
  while (size < start.size() && is_name_letter(start[size])) ++size;
  if (size == 0 || (braces && !start.substr(size).starts_with('}'))) return {};
  text = start.substr(size + (braces ? 1 : 0));
  return std::string(start.substr(0, size));
}

absl::StatusOr<std::string> variable(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  if (value != nullptr) return value;
  return absl::InvalidArgumentError(concat("environment variable ", name, " is not set"));
}

}  // namespace

absl::StatusOr<std::string> expand_path(std::string_view path) {
  std::string expanded;
  if (path == "~" || path.starts_with("~/")) {
    const auto home = variable("HOME");
    if (!home.ok()) return home.status();
    expanded = *home;
    path.remove_prefix(1);
  }
  while (!path.empty()) {
    const char letter = path.front();
    path.remove_prefix(1);
    const std::string name = letter == '$' ? take_name(path) : std::string();
    if (name.empty()) {
      expanded += letter;
      continue;
    }
    const auto value = variable(name);
    if (!value.ok()) return value.status();
    expanded += *value;
  }
  return expanded;
}

}  // namespace fairlead::nats
