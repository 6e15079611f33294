#include "core/slot_token.hpp"

#include <array>

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

// The value of each digit, of others one that is too great. A table, for which digit comes next
// cannot be foreseen, and branches would cost more than all the rest.
constexpr std::array<std::uint8_t, 256> kValues = [] {
  std::array<std::uint8_t, 256> values;
  values.fill(0xff);
  for (std::size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}();

bool decode(const char* text, std::size_t digits, std::uint32_t& value) {
  std::uint32_t decoded = 0;
  std::uint32_t all = 0;
  for (std::size_t i = 0; i < digits; ++i) {
    const std::uint32_t digit = kValues[static_cast<unsigned char>(text[i])];
    all |= digit;
    decoded |= digit << (5 * i);
  }
  value = decoded;
  return all < kDigits.size();
}

}  // namespace

void write_token(SlotToken token, char* to) {
  encode(token.slot, kSlotDigits, to);
  encode(token.generation, kGenerationDigits, to + kSlotDigits);
}

bool read_token(std::string_view text, SlotToken& token) {
  return text.size() == SlotToken::kSize && decode(text.data(), kSlotDigits, token.slot) &&
         decode(text.data() + kSlotDigits, kGenerationDigits, token.generation);
}

}  // namespace fairlead
