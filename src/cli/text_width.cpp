#include "cli/text_width.hpp"

#include <algorithm>
#include <array>

namespace fairlead::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// The blocks that matter in practice, from Unicode's EastAsianWidth.txt (W and F).
constexpr std::array kWide = {
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2705, 0x2705},
    Range{0x2E80, 0x303E},   Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},
    Range{0x4E00, 0x9FFF},   Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},
    Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},
    Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F},
    Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF}, Range{0x20000, 0x3FFFD}};

// Combining marks, joiners and variation selectors.
constexpr std::array kNone = {Range{0x0300, 0x036F}, Range{0x0483, 0x0489}, Range{0x0591, 0x05BD},
                              Range{0x0610, 0x061A}, Range{0x064B, 0x065F}, Range{0x1AB0, 0x1AFF},
                              Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x20D0, 0x20FF},
                              Range{0xFE00, 0xFE0F}, Range{0xFE20, 0xFE2F}};

template <std::size_t kSize>
bool is_in(const std::array<Range, kSize>& ranges, char32_t character) {
  return std::any_of(ranges.begin(), ranges.end(), [character](const Range& range) {
    return character >= range.first && character <= range.last;
  });
}

/// Takes one character off the front; a byte that starts none as it is.
char32_t take_character(std::string_view& text) {
  const auto byte = [&text](std::size_t index) { return static_cast<unsigned char>(text[index]); };
  const unsigned char lead = byte(0);
  std::size_t length = 1;
  if (lead >= 0xF0) {
    length = 4;
  } else if (lead >= 0xE0) {
    length = 3;
  } else if (lead >= 0xC0) {
    length = 2;
  }
  char32_t character = length == 1 ? lead : lead & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (i >= text.size() || (byte(i) & 0xC0) != 0x80) {
      text.remove_prefix(1);
      return lead;
    }
    character = (character << 6) | (byte(i) & 0x3F);
  }
  text.remove_prefix(length);
  return character;
}

}  // namespace

std::size_t text_width(std::string_view text) {
  std::size_t width = 0;
  while (!text.empty()) {
    const char32_t character = take_character(text);
    if (is_in(kNone, character)) continue;
    width += is_in(kWide, character) ? 2 : 1;
  }
  return width;
}

std::string cut_to_width(std::string_view text, std::size_t columns) {
  constexpr std::string_view kColour = "\x1b[";
  std::string cut;
  std::size_t width = 0;
  bool coloured = false;
  while (!text.empty()) {
    std::string_view rest = text;
    if (text.starts_with(kColour)) {
      const std::size_t end = text.find('m');
      rest.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
      coloured = true;
    } else {
      take_character(rest);
      width += text_width(text.substr(0, text.size() - rest.size()));
      if (width > columns) return coloured ? cut + "\x1b[0m" : cut;
    }
    cut += text.substr(0, text.size() - rest.size());
    text = rest;
  }
  return cut;
}

}  // namespace fairlead::cli
