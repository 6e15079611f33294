#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fairlead/deadline.hpp"
#include "fairlead/span.hpp"
#include "fairlead/trace_context.hpp"

namespace fairlead {

/// What is recorded of a span. Times are nanoseconds since 1970.
struct SpanData {
  struct Event {
    std::string name;
    std::uint64_t time = 0;
    std::vector<SpanAttribute> attributes;
  };

  TraceContext context;
  TraceContext::SpanId parent = {};  // all zeros: the first of its trace
  std::string trace_state;
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  std::uint64_t start = 0;
  std::uint64_t end = 0;
  std::vector<SpanAttribute> attributes;
  std::vector<Event> events;
  std::vector<TraceContext> links;
  std::uint32_t dropped_attributes = 0;
  std::uint32_t dropped_events = 0;
  std::uint32_t dropped_links = 0;
  bool failed = false;
  std::string reason;

  Deadline::TimePoint started;  // the same as `start`, on the clock that does not jump
  Tracer* tracer = nullptr;     // until it has ended
  SpanData* next = nullptr;     // in the queue
};

}  // namespace fairlead
