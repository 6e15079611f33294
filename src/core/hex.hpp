#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace fairlead {

// Ids as hexadecimal digits, on the way of each call: eight digits at a time, within one word and
// without branches, for which digit comes next cannot be foreseen. Lower case only: the standards
// of traces say so, and proxies compare bytes.

namespace hex {

constexpr std::uint64_t kEach = 0x0101010101010101;

// Of eight bytes the first is the least significant, on any machine.
inline std::uint64_t load(const char* from) {
  std::uint64_t word = 0;
  std::memcpy(&word, from, sizeof(word));
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

inline void store(std::uint64_t word, char* to) {
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  std::memcpy(to, &word, sizeof(word));
}

/// The 4 bytes that 8 digits stand for. `valid` keeps its highest bit of each byte only if all are
/// digits.
inline std::uint32_t decode(std::uint64_t digits, std::uint64_t& valid) {
  // Bytes below 0x80 do not overflow into each other; others are not valid whatever comes out.
  const std::uint64_t low = digits & (0x7f * kEach);
  const std::uint64_t digit = (low + (0x80 - '0') * kEach) & ~(low + (0x7f - '9') * kEach);
  const std::uint64_t letter = (low + (0x80 - 'a') * kEach) & ~(low + (0x7f - 'f') * kEach);
  valid &= (digit | letter) & ~digits;
  const std::uint64_t nibbles = (digits & (0x0f * kEach)) + ((letter >> 7) & kEach) * 9;
  std::uint64_t bytes = ((nibbles << 4) | (nibbles >> 8)) & 0x00ff00ff00ff00ff;
  bytes = (bytes | (bytes >> 8)) & 0x0000ffff0000ffff;
  return static_cast<std::uint32_t>(bytes | (bytes >> 16));
}

/// The 8 digits of 4 bytes.
inline std::uint64_t encode(std::uint32_t bytes) {
  std::uint64_t spread = bytes;
  spread = (spread | (spread << 16)) & 0x0000ffff0000ffff;
  spread = (spread | (spread << 8)) & 0x00ff00ff00ff00ff;
  const std::uint64_t nibbles =
      ((spread >> 4) & 0x000f000f000f000f) | ((spread & 0x000f000f000f000f) << 8);
  const std::uint64_t letters = ((nibbles + 6 * kEach) >> 4) & kEach;
  return nibbles + '0' * kEach + letters * ('a' - '0' - 10);
}

}  // namespace hex

/// Reads twice as many digits as `bytes` has room for, which is a multiple of eight; false if they
/// are none. Writes whole words, for that is how the ids are looked at next.
template <std::size_t kSize>
bool read_hex(const char* digits, std::array<std::uint8_t, kSize>& bytes) {
  static_assert(kSize % 8 == 0);
  std::uint64_t valid = 0x80 * hex::kEach;
  for (std::size_t i = 0; i < kSize; i += 8) {
    const std::uint64_t low = hex::decode(hex::load(digits + 2 * i), valid);
    const std::uint64_t high = hex::decode(hex::load(digits + 2 * i + 8), valid);
    hex::store(low | (high << 32), reinterpret_cast<char*>(bytes.data()) + i);
  }
  return valid == 0x80 * hex::kEach;
}

/// Writes twice as many digits as there are bytes; returns where they end.
template <std::size_t kSize>
char* write_hex(const std::array<std::uint8_t, kSize>& bytes, char* to) {
  static_assert(kSize % 4 == 0);
  for (std::size_t i = 0; i < kSize; i += 4) {
    std::uint32_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap32(word);
    hex::store(hex::encode(word), to + 2 * i);
  }
  return to + 2 * kSize;
}

}  // namespace fairlead
