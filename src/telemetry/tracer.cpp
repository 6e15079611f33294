#include "fairlead/tracer.hpp"

#include <chrono>

#include "telemetry/sampler.hpp"
#include "telemetry/span_data.hpp"
#include "telemetry/span_queue.hpp"
#include "telemetry/trace_ids.hpp"

namespace fairlead {

Tracer::Tracer(const telemetry::Sampler& sampler, std::shared_ptr<telemetry::SpanQueue> queue)
    : sampler_(std::make_unique<telemetry::Sampler>(sampler)), queue_(std::move(queue)) {}

Tracer::~Tracer() = default;

Span Tracer::start_span(std::string_view name, SpanKind kind, const TraceContext& parent,
                        std::string_view trace_state) {
  const TraceContext::TraceId id = parent.valid() ? parent.trace_id() : telemetry::new_trace_id();
  const bool sampled = sampler_->samples(parent, id);
  return start(name, kind, parent, TraceContext(id, telemetry::new_span_id(), sampled),
               trace_state);
}

Span Tracer::start_linked_span(std::string_view name, SpanKind kind, const TraceContext& cause) {
  const TraceContext::TraceId id = telemetry::new_trace_id();
  const bool sampled = sampler_->samples(cause, id);
  Span span =
      start(name, kind, TraceContext(), TraceContext(id, telemetry::new_span_id(), sampled), "");
  span.add_link(cause);
  return span;
}

Span Tracer::start(std::string_view name, SpanKind kind, const TraceContext& parent,
                   const TraceContext& trace, std::string_view trace_state) {
  Span span(trace);
  if (!trace.sampled()) return span;
  span.data_.reset(new SpanData);
  SpanData& data = *span.data_;
  data.context = trace;
  data.parent = parent.span_id();
  data.trace_state = trace_state;
  data.name = name;
  data.kind = kind;
  const std::chrono::nanoseconds since = std::chrono::system_clock::now().time_since_epoch();
  data.start = static_cast<std::uint64_t>(since.count());
  data.started = Deadline::Clock::now();
  data.tracer = this;
  return span;
}

void Tracer::finish(std::unique_ptr<SpanData> data) {
  queue_->add(std::move(data));
}

std::uint64_t Tracer::lost() const {
  return queue_->lost();
}

}  // namespace fairlead
