#include "nats/request_numbers.hpp"

#include <random>

#include <openssl/rand.h>

namespace fairlead::nats {

std::uint32_t RequestNumbers::next() {
  if (left_ == 0) {
    auto* const bytes = reinterpret_cast<unsigned char*>(numbers_.data());
    if (RAND_bytes(bytes, static_cast<int>(sizeof(numbers_))) != 1) {
      std::random_device device;
      for (std::uint32_t& number : numbers_) number = device();
    }
    left_ = numbers_.size();
  }
  return numbers_[--left_];
}

}  // namespace fairlead::nats
