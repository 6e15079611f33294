#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "fairlead/span.hpp"
#include "fairlead/trace_context.hpp"

namespace fairlead {

namespace telemetry {
class Sampler;
class SpanQueue;
}  // namespace telemetry

/// Decides which traces are recorded, starts their spans, and collects them when they end. From any
/// thread. An App makes one from the environment (docs/tracing.md); programs without an App get one
/// from a `Tracing`.
class Tracer {
 public:
  Tracer(const telemetry::Sampler& sampler, std::shared_ptr<telemetry::SpanQueue> queue);
  ~Tracer();
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  /// Starts a span below `parent`, or a new trace if that is not valid. It is recorded if the
  /// sampler says so, which mostly goes by what `parent` says. The tracer outlives the span.
  Span start_span(std::string_view name, SpanKind kind = SpanKind::kInternal,
                  const TraceContext& parent = TraceContext(), std::string_view trace_state = "");

  /// Starts a new trace that is recorded if that of `cause` is, and linked to it: for what is done
  /// because of something that does not wait for it.
  Span start_linked_span(std::string_view name, SpanKind kind, const TraceContext& cause);

  /// Spans that were lost because more ended than could be exported.
  std::uint64_t lost() const;

 private:
  friend class Span;

  Span start(std::string_view name, SpanKind kind, const TraceContext& parent,
             const TraceContext& trace, std::string_view trace_state);
  void finish(std::unique_ptr<SpanData> data);

  std::unique_ptr<const telemetry::Sampler> sampler_;
  std::shared_ptr<telemetry::SpanQueue> queue_;
};

}  // namespace fairlead
