#include "core/strings.hpp"

#include <charconv>

#include <absl/strings/escaping.h>
#include <absl/strings/match.h>

namespace fairlead {

bool equals_ignore_case(std::string_view a, std::string_view b) {
  return absl::EqualsIgnoreCase(to_absl(a), to_absl(b));
}

bool starts_with_ignore_case(std::string_view text, std::string_view prefix) {
  return absl::StartsWithIgnoreCase(to_absl(text), to_absl(prefix));
}

std::string escape(std::string_view text) {
  return absl::CHexEscape(to_absl(text));
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  while (true) {
    const std::size_t end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const std::size_t start = text.find_first_not_of(kBlanks);
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(kBlanks) - start + 1);
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end || text.empty()) return std::nullopt;
  return number;
}

bool is_utf8(std::string_view text) {
  std::size_t i = 0;
  while (i < text.size()) {
    const auto lead = static_cast<unsigned char>(text[i]);
    std::size_t more = 0;
    if (lead >= 0xc2 && lead < 0xe0)
      more = 1;
    else if (lead >= 0xe0 && lead < 0xf0)
      more = 2;
    else if (lead >= 0xf0 && lead < 0xf5)
      more = 3;
    else if (lead >= 0x80)
      return false;
    if (text.size() - i <= more) return false;
    for (std::size_t k = 1; k <= more; ++k) {
      if ((static_cast<unsigned char>(text[i + k]) & 0xc0) != 0x80) return false;
    }
    i += more + 1;
  }
  return true;
}

}  // namespace fairlead
