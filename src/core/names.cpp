#include "core/names.hpp"

namespace fairlead {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Digits without a leading zero.
bool is_number(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c)) return false;
  }
  return !text.empty() && (text.size() == 1 || text.front() != '0');
}

bool is_identifier(std::string_view text, bool zeros_allowed) {
  bool digits_only = true;
  for (const char c : text) {
    if (!is_digit(c) && !is_letter(c) && c != '-') return false;
    digits_only = digits_only && is_digit(c);
  }
  return !text.empty() && (zeros_allowed || !digits_only || is_number(text));
}

// Calls `check` with each piece between the dots; false once it says so. `count` is how many.
template <typename Check>
bool all_pieces(std::string_view text, int& count, Check check) {
  while (true) {
    const std::size_t dot = text.find('.');
    ++count;
    if (!check(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_semantic_version(std::string_view text) {
  int pieces = 0;
  if (const std::size_t plus = text.find('+'); plus != std::string_view::npos) {
    const auto is_build = [](std::string_view piece) { return is_identifier(piece, true); };
    if (!all_pieces(text.substr(plus + 1), pieces, is_build)) return false;
    text = text.substr(0, plus);
  }
  if (const std::size_t dash = text.find('-'); dash != std::string_view::npos) {
    const auto is_prerelease = [](std::string_view piece) { return is_identifier(piece, false); };
    if (!all_pieces(text.substr(dash + 1), pieces, is_prerelease)) return false;
    text = text.substr(0, dash);
  }
  pieces = 0;
  return all_pieces(text, pieces, is_number) && pieces == 3;
}

bool is_discovery_name(std::string_view text) {
  for (const char c : text) {
    if (!is_digit(c) && !is_letter(c) && c != '-' && c != '_') return false;
  }
  return !text.empty();
}

}  // namespace fairlead
