#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/description.hpp"
#include "fairlead/span.hpp"
#include "fairlead/tracer.hpp"

namespace fairlead::rpc {

/// What the spans of a method's calls have in common, on both sides: OpenTelemetry's semantic
/// conventions for RPC (those that are stable as of version 1.45).
class CallSpans {
 public:
  /// `subject`: that of the method with its prefix; what stands before its last dot is the address
  /// by which NATS finds instances.
  CallSpans(const MethodDescription& method, std::string_view subject);

  /// The span of a call on the caller's side.
  Span start_client(Tracer& tracer, const TraceContext& parent, std::string_view trace_state) const;

  /// The span of a call on the service's side. That of a one-way call is the first of a trace of
  /// its own, linked to the caller's: the caller does not wait for it, so it does not lie within.
  Span start_server(Tracer& tracer, const TraceContext& parent, std::string_view trace_state,
                    bool one_way) const;

 private:
  void describe(Span& span) const;

  std::string name_;     // `calc.Calc/Average`
  std::string address_;  // `calc.Calc`
};

/// Says how many messages of a stream went from this side and came to it.
void count_messages(Span& span, std::uint64_t sent, std::uint64_t received);

/// Ends a span with the outcome of its call. On the service's side only those outcomes count as
/// errors that are the service's fault.
void end_client_span(Span& span, const absl::Status& status);
void end_server_span(Span& span, const absl::Status& status);

}  // namespace fairlead::rpc
