#include "core/hex.hpp"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(Hex, WritesAndReadsEveryByteAtEveryPlace) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t place = 0; place < 8; ++place) {
    for (unsigned value = 0; value < 256; ++value) {
      std::array<std::uint8_t, 8> bytes = {0, 0xff, 0x9a, 0x09, 0xa9, 0x90, 0x0f, 0xf0};
      bytes[place] = static_cast<std::uint8_t>(value);
      std::string text(16, '?');
      EXPECT_EQ(write_hex(bytes, text.data()), text.data() + 16);
      EXPECT_EQ(text[2 * place], kDigits[value >> 4]);
      EXPECT_EQ(text[2 * place + 1], kDigits[value & 15]);
      std::array<std::uint8_t, 8> read = {};
      ASSERT_TRUE(read_hex(text.data(), read)) << text;
      EXPECT_EQ(read, bytes);
    }
  }
}

TEST(Hex, RefusesEveryOtherCharacterAtEveryPlace) {
  for (std::size_t place = 0; place < 16; ++place) {
    for (int c = 0; c < 256; ++c) {
      std::string text = "0af7651916cd43dd";
      text[place] = static_cast<char>(c);
      const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
      std::array<std::uint8_t, 8> bytes;
      EXPECT_EQ(read_hex(text.data(), bytes), is_digit) << c << " at " << place;
    }
  }
}

}  // namespace
}  // namespace fairlead
