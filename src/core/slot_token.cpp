#include "core/slot_token.hpp"

namespace fairlead {
namespace {

// Five bits a character: 5 characters of slot (32 million), 6 of generation (a thousand million).
constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";
constexpr std::size_t kSlotDigits = 5;
constexpr std::size_t kGenerationDigits = 6;
static_assert(kSlotDigits + kGenerationDigits == SlotToken::kSize);
static_assert(SlotToken::kGenerationMask == (1u << (5 * kGenerationDigits)) - 1);

void encode(std::uint32_t value, std::size_t digits, char* to) {
  for (std::size_t i = 0; i < digits; ++i) to[i] = kDigits[(value >> (5 * i)) & 31];
}

bool decode(std::string_view text, std::uint32_t& value) {
  value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (c >= 'a' && c <= 'v') {
      digit = static_cast<std::uint32_t>(c - 'a' + 10);
    } else {
      return false;
    }
    value |= digit << (5 * i);
  }
  return true;
}

}  // namespace

void write_token(SlotToken token, char* to) {
  encode(token.slot, kSlotDigits, to);
  encode(token.generation, kGenerationDigits, to + kSlotDigits);
}

bool read_token(std::string_view text, SlotToken& token) {
  return text.size() == SlotToken::kSize && decode(text.substr(0, kSlotDigits), token.slot) &&
         decode(text.substr(kSlotDigits), token.generation);
}

}  // namespace fairlead
