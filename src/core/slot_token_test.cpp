#include "core/slot_token.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

constexpr std::string_view kDigits = "0123456789abcdefghijklmnopqrstuv";

std::string text_of(std::uint32_t slot, std::uint32_t generation) {
  std::array<char, SlotToken::kSize + 1> text;
  text.fill('!');
  write_token({slot, generation}, text.data());
  EXPECT_EQ(text.back(), '!') << "it wrote more than a token";
  return std::string(text.data(), SlotToken::kSize);
}

TEST(SlotToken, HasItsDigitsInTheOrderOfTheirWeight) {
  EXPECT_EQ(text_of(0, 0), "00000000000");
  EXPECT_EQ(text_of(1, 0), "10000000000");
  EXPECT_EQ(text_of(32, 0), "01000000000");
  EXPECT_EQ(text_of(0, 1), "00000100000");
  EXPECT_EQ(text_of(9, 10), "90000a00000");
  EXPECT_EQ(text_of((1u << 25) - 1, SlotToken::kGenerationMask), "vvvvvvvvvvv");
  EXPECT_EQ(text_of(1u << 24, 1u << 29), "0000g00000g");
}

TEST(SlotToken, IsReadAsItWasWritten) {
  std::uint64_t number = 1;
  for (int i = 0; i < 10000; ++i) {
    number = number * 6364136223846793005 + 1442695040888963407;  // Knuth, MMIX
    const auto slot = static_cast<std::uint32_t>(number >> 39);
    const auto generation = static_cast<std::uint32_t>(number >> 7) & SlotToken::kGenerationMask;
    SlotToken read;
    ASSERT_TRUE(read_token(text_of(slot, generation), read));
    ASSERT_EQ(read.slot, slot);
    ASSERT_EQ(read.generation, generation);
  }
}

TEST(SlotToken, OnlyDigitsMakeOne) {
  for (std::size_t place = 0; place < SlotToken::kSize; ++place) {
    for (int byte = 0; byte < 256; ++byte) {
      std::string text = "0123vuts9a0";
      text[place] = static_cast<char>(byte);
      SlotToken read;
      const bool digit = kDigits.find(static_cast<char>(byte)) != kDigits.npos;
      EXPECT_EQ(read_token(text, read), digit) << byte << " at " << place;
      if (digit) {
        EXPECT_EQ(text_of(read.slot, read.generation), text);
      }
    }
  }
}

TEST(SlotToken, HasElevenCharacters) {
  SlotToken read;
  EXPECT_FALSE(read_token("", read));
  EXPECT_FALSE(read_token("0000000000", read));
  EXPECT_FALSE(read_token("000000000000", read));
}

}  // namespace
}  // namespace fairlead
