#include "core/random.hpp"

#include <random>

namespace fairlead {

// As the authors advise: by splitmix64 (Steele, Lea and Flood, OOPSLA 2014).
Random::Random(std::uint64_t seed) {
  for (std::uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = seed;
    mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
    word = mixed ^ (mixed >> 31);
  }
}

Random Random::seeded_by_system() {
  std::random_device device;
  std::array<std::uint64_t, 4> state;
  for (std::uint64_t& word : state) word = (std::uint64_t{device()} << 32) | device();
  state[0] |= 1;
  return Random(state);
}

}  // namespace fairlead
