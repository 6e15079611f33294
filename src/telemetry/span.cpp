#include "fairlead/span.hpp"

#include <algorithm>
#include <utility>

#include "fairlead/tracer.hpp"

#include "telemetry/span_data.hpp"

namespace fairlead {
namespace {

// OpenTelemetry's defaults for attributes, events and links of a span.
constexpr std::size_t kLimit = 128;

// Since 1970, by the clock that does not jump, so that no event lies before its span.
std::uint64_t now_in(const SpanData& span) {
  const std::chrono::nanoseconds since = Deadline::Clock::now() - span.started;
  return span.start + static_cast<std::uint64_t>(since.count());
}

}  // namespace

void Span::Delete::operator()(SpanData* data) const {
  delete data;
}

void Span::set_attribute(const SpanAttribute& attribute) {
  if (!data_) return;
  auto& attributes = data_->attributes;
  const auto same = std::find_if(attributes.begin(), attributes.end(),
                                 [&](const auto& other) { return other.key() == attribute.key(); });
  if (same != attributes.end()) {
    *same = attribute;
  } else if (attributes.size() < kLimit) {
    attributes.push_back(attribute);
  } else {
    ++data_->dropped_attributes;
  }
}

void Span::add_event(std::string_view name, std::initializer_list<SpanAttribute> attributes) {
  if (!data_) return;
  if (data_->events.size() >= kLimit) {
    ++data_->dropped_events;
    return;
  }
  SpanData::Event& event = data_->events.emplace_back();
  event.name = name;
  event.time = now_in(*data_);
  event.attributes.assign(attributes.begin(), attributes.end());
}

void Span::add_link(const TraceContext& other) {
  if (!data_ || !other.valid()) return;
  if (data_->links.size() < kLimit) {
    data_->links.push_back(other);
  } else {
    ++data_->dropped_links;
  }
}

void Span::set_error(std::string_view reason) {
  if (!data_) return;
  data_->failed = true;
  data_->reason = reason;
}

std::string_view Span::trace_state() const {
  return data_ ? std::string_view(data_->trace_state) : std::string_view();
}

Span Span::start_child(std::string_view name) {
  if (!data_) return Span(context_);  // what is done below it is not recorded either
  return data_->tracer->start_span(name, SpanKind::kInternal, context_, data_->trace_state);
}

void Span::hand_over() {
  data_->end = now_in(*data_);
  Tracer* const tracer = std::exchange(data_->tracer, nullptr);
  tracer->finish(std::unique_ptr<SpanData>(data_.release()));
}

}  // namespace fairlead
