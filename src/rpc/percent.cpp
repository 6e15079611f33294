#include "rpc/percent.hpp"

#include <charconv>

namespace fairlead::rpc {
namespace {

void append_escape(std::string& to, char c) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  to += '%';
  to += kHex[byte >> 4];
  to += kHex[byte & 15];
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
}

}  // namespace

std::string percent_encode(std::string_view text) {
  std::string encoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    // Blanks at the ends would be trimmed on the way.
    const bool at_end = c == ' ' && (i == 0 || i + 1 == text.size());
    if (c < ' ' || c > '~' || c == '%' || at_end) {
      append_escape(encoded, c);
    } else {
      encoded += c;
    }
  }
  return encoded;
}

std::string percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = 0;
    if (text[i] == '%' && text.size() - i > 2) {
      const char* const digits = text.data() + i + 1;
      if (std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
        decoded += static_cast<char>(byte);
        i += 2;
        continue;
      }
    }
    decoded += text[i];
  }
  return decoded;
}

std::string encode_controls(std::string_view text) {
  std::string encoded;
  for (const char c : text) {
    if (is_control(c)) {
      append_escape(encoded, c);
    } else {
      encoded += c;
    }
  }
  return encoded;
}

}  // namespace fairlead::rpc
