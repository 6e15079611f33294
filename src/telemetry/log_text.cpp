#include "telemetry/log_text.hpp"

#include <cstddef>

#include <absl/strings/str_format.h>

namespace fairlead {
namespace {

// How many bytes at the front of `text` are one character in UTF-8 that may be shown; 0 if none.
std::size_t shown_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return first < 0x20 || first == 0x7f ? 0 : 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  const bool overlong = (first == 0xe0 && second < 0xa0) || (first == 0xf0 && second < 0x90);
  const bool surrogate = first == 0xed && second > 0x9f;
  const bool too_high = first == 0xf4 && second > 0x8f;
  const bool control = first == 0xc2 && second < 0xa0;  // C1: a terminal may obey them
  const bool breaks_line =
      first == 0xe2 && second == 0x80 && (byte(2) == 0xa8 || byte(2) == 0xa9);  // U+2028, U+2029
  return overlong || surrogate || too_high || control || breaks_line ? 0 : length;
}

void append_escaped(std::string& line, char byte) {
  switch (byte) {
    case '\n':
      line += "\\n";
      return;
    case '\r':
      line += "\\r";
      return;
    case '\t':
      line += "\\t";
      return;
    default:
      absl::StrAppendFormat(&line, "\\x%02x", static_cast<unsigned char>(byte));
  }
}

bool needs_quotes(std::string_view value) {
  if (value.empty()) return true;
  for (const char letter : value) {
    if (static_cast<unsigned char>(letter) <= ' ' || letter == '"' || letter == '=' ||
        letter == '\\') {
      return true;
    }
  }
  return false;
}

}  // namespace

void append_printable(std::string& line, std::string_view text) {
  while (!text.empty()) {
    if (const std::size_t length = shown_character(text)) {
      line += text.substr(0, length);
      text.remove_prefix(length);
    } else {
      append_escaped(line, text.front());
      text.remove_prefix(1);
    }
  }
}

void append_value(std::string& line, std::string_view value) {
  if (!needs_quotes(value)) return append_printable(line, value);
  line += '"';
  while (!value.empty()) {
    const std::size_t plain = std::min(value.find_first_of("\"\\"), value.size());
    append_printable(line, value.substr(0, plain));
    value.remove_prefix(plain);
    if (value.empty()) break;
    line += '\\';
    line += value.front();
    value.remove_prefix(1);
  }
  line += '"';
}

}  // namespace fairlead
