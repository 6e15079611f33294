#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace fairlead {

/// Random numbers: a few instructions each, the same for the same seed on every machine, and not
/// secret (xoshiro256** by Blackman and Vigna, public domain). Those of the standard library take
/// kilobytes or are slow.
class Random {
 public:
  explicit Random(std::uint64_t seed);

  /// A source that starts where no other does: all of its 256 bits are the system's, so that also
  /// the numbers of very many sources do not meet.
  static Random seeded_by_system();

  std::uint64_t next() {
    const std::uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return result;
  }

  /// A number from 0 up to, but not, 1.
  double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

 private:
  explicit Random(const std::array<std::uint64_t, 4>& state) : state_(state) {}

  std::array<std::uint64_t, 4> state_;  // not all zeros
};

}  // namespace fairlead
