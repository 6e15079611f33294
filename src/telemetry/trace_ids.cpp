#include "telemetry/trace_ids.hpp"

#include <cstring>

#include "core/random.hpp"

namespace fairlead::telemetry {
namespace {

template <typename Id>
Id new_id() {
  static thread_local Random random = Random::seeded_by_system();
  Id id;
  std::uint64_t bits = 0;
  while (bits == 0) {
    for (std::size_t i = 0; i < id.size(); i += 8) {
      const std::uint64_t word = random.next();
      std::memcpy(id.data() + i, &word, 8);
      bits |= word;
    }
  }
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
