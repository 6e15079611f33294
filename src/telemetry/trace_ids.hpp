#pragma once

#include "fairlead/trace_context.hpp"

namespace fairlead::telemetry {

/// New random ids, never all zeros, from a fast generator that each thread has for itself and seeds
/// from the system's. They are unique, not secret.
TraceContext::TraceId new_trace_id();
TraceContext::SpanId new_span_id();

}  // namespace fairlead::telemetry
