#include "codegen/syntax.hpp"

#include <algorithm>
#include <regex>

namespace fairlead::codegen {

bool is_semantic_version(const std::string& text) {
  // The expression that semver.org suggests.
  static const std::regex kVersion(
      R"((0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*))"
      R"((?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?)"
      R"((?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?)");
  return std::regex_match(text, kVersion);
}

bool is_discovery_name(const std::string& text) {
  static const std::regex kName("[A-Za-z0-9_-]+");
  return std::regex_match(text, kName);
}

std::string subject_fault(const std::string& text) {
  const auto is_blank = [](char letter) {
    return static_cast<unsigned char>(letter) <= ' ' || letter == 0x7f;
  };
  if (text.empty()) return "may not be empty";
  if (std::any_of(text.begin(), text.end(), is_blank)) {
    return "may not have a blank or a control character";
  }
  if (text.find_first_of("*>") != std::string::npos) return "may not have a wildcard (* or >)";
  if (text.front() == '.' || text.back() == '.' || text.find("..") != std::string::npos) {
    return "may not have an empty token (a dot at an end or two in a row)";
  }
  if (text.front() == '$') return "may not start with $, which is the NATS server's own";
  return "";
}

}  // namespace fairlead::codegen
