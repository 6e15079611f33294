#include "core/random.hpp"

#include <random>

namespace fairlead {

Random Random::seeded_by_system() {
  std::random_device device;
  return Random((std::uint64_t{device()} << 32) | device());
}

}  // namespace fairlead
