#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fairlead {

// Ids as hexadecimal digits, on the way of each call: sixteen digits at a time, by vectors as both
// compilers have them on any processor, for digit by digit it is the dearest part of a trace that
// nobody records. Lower case only: the standards of traces say so, and proxies compare bytes.

namespace hex {

using Bytes8 = std::uint8_t __attribute__((vector_size(8)));
using Bytes16 = std::uint8_t __attribute__((vector_size(16)));
using Words8 = std::uint16_t __attribute__((vector_size(16)));

// Of two bytes in a word, the one that lies first in memory.
constexpr int kFirst = std::endian::native == std::endian::little ? 0 : 8;
constexpr int kSecond = 8 - kFirst;

}  // namespace hex

/// Reads twice as many digits as `bytes` has room for, which is a multiple of eight; false if they
/// are none.
template <std::size_t kSize>
bool read_hex(const char* digits, std::array<std::uint8_t, kSize>& bytes) {
  static_assert(kSize % 8 == 0);
  hex::Bytes16 wrong = {};
  for (std::size_t i = 0; i < kSize; i += 8) {
    hex::Bytes16 text;
    std::memcpy(&text, digits + 2 * i, sizeof(text));
    const hex::Bytes16 digit = text - '0';
    const hex::Bytes16 letter = text - 'a';
    const auto is_digit = reinterpret_cast<hex::Bytes16>(digit < 10);
    const auto is_letter = reinterpret_cast<hex::Bytes16>(letter < 6);
    wrong |= ~(is_digit | is_letter);
    const hex::Bytes16 nibbles = (digit & is_digit) | ((letter + 10) & is_letter);
    const auto pairs = reinterpret_cast<hex::Words8>(nibbles);
    const hex::Words8 high = (pairs >> hex::kFirst) & 0xff;
    const hex::Words8 low = (pairs >> hex::kSecond) & 0xff;
    const auto decoded = __builtin_convertvector((high << 4) | low, hex::Bytes8);
    std::memcpy(bytes.data() + i, &decoded, sizeof(decoded));
  }
  std::uint64_t halves[2];
  std::memcpy(halves, &wrong, sizeof(wrong));
  return (halves[0] | halves[1]) == 0;
}

/// Writes twice as many digits as there are bytes; returns where they end.
template <std::size_t kSize>
char* write_hex(const std::array<std::uint8_t, kSize>& bytes, char* to) {
  static_assert(kSize % 8 == 0);
  constexpr std::uint8_t kToLetters = 'a' - '0' - 10;
  for (std::size_t i = 0; i < kSize; i += 8) {
    hex::Bytes8 eight;
    std::memcpy(&eight, bytes.data() + i, sizeof(eight));
    const auto words = __builtin_convertvector(eight, hex::Words8);
    const hex::Words8 pairs = ((words >> 4) << hex::kFirst) | ((words & 15) << hex::kSecond);
    const auto nibbles = reinterpret_cast<hex::Bytes16>(pairs);
    const auto is_letter = reinterpret_cast<hex::Bytes16>(nibbles > 9);
    const hex::Bytes16 text = nibbles + '0' + (is_letter & kToLetters);
    std::memcpy(to + 2 * i, &text, sizeof(text));
  }
  return to + 2 * kSize;
}

}  // namespace fairlead
