#include "nats/nuid.hpp"

#include <random>

namespace fairlead::nats {

std::string new_nuid() {
  static constexpr char kDigits[] =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  std::random_device random;
  std::uniform_int_distribution<int> digit(0, 61);
  std::string nuid(22, '0');
  for (char& c : nuid) c = kDigits[digit(random)];
  return nuid;
}

}  // namespace fairlead::nats
