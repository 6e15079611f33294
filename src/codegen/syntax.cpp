#include "codegen/syntax.hpp"

#include <algorithm>

namespace fairlead::codegen {

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
