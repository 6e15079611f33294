#include "telemetry/trace_ids.hpp"

#include <bit>
#include <cstring>
#include <random>

namespace fairlead::telemetry {
namespace {

/// xoshiro256** by Blackman and Vigna (public domain): a few instructions a number, while those of
/// the standard library take kilobytes or are slow.
class Generator {
 public:
  Generator() {
    std::random_device random;
    for (std::uint64_t& word : state_) word = (std::uint64_t{random()} << 32) | random();
    state_[0] |= 1;  // all zeros would stay so
  }

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

 private:
  std::uint64_t state_[4];
};

template <typename Id>
Id new_id() {
  static thread_local Generator generator;
  Id id;
  do {
    for (std::size_t i = 0; i < id.size(); i += 8) {
      const std::uint64_t word = generator.next();
      std::memcpy(id.data() + i, &word, 8);
    }
  } while (id == Id());
  return id;
}

}  // namespace

TraceContext::TraceId new_trace_id() {
  return new_id<TraceContext::TraceId>();
}

TraceContext::SpanId new_span_id() {
  return new_id<TraceContext::SpanId>();
}

}  // namespace fairlead::telemetry
