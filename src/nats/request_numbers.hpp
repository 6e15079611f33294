#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace fairlead::nats {

/// Numbers for requests that nobody can guess who has seen others: a subscriber that may answer
/// the requests of one subject shall not answer those of another.
class RequestNumbers {
 public:
  std::uint32_t next();

 private:
  // Of OpenSSL's generator, so many at a time: one by one they would cost ten times as much.
  std::array<std::uint32_t, 128> numbers_;
  std::size_t left_ = 0;
};

}  // namespace fairlead::nats
