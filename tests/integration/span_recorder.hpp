#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fairlead/tracer.hpp"

#include "telemetry/sampler.hpp"
#include "telemetry/span_data.hpp"
#include "telemetry/span_queue.hpp"

namespace fairlead::testing {

/// Records all spans, in the order of their ends.
class SpanRecorder {
 public:
  const std::shared_ptr<Tracer>& tracer() const { return tracer_; }

  /// Those that have ended by now.
  const std::vector<std::unique_ptr<SpanData>>& all() {
    for (auto& span : queue_->take()) taken_.push_back(std::move(span));
    return taken_;
  }
  std::vector<const SpanData*> of(SpanKind kind, std::string_view name = "") {
    std::vector<const SpanData*> found;
    for (const auto& span : all()) {
      if (span->kind == kind && (name.empty() || span->name == name)) found.push_back(span.get());
    }
    return found;
  }

  static std::vector<std::string> events(const SpanData& span) {
    std::vector<std::string> names;
    for (const auto& event : span.events) names.push_back(event.name);
    return names;
  }
  /// The value of an attribute as text; empty if it is not there.
  static std::string attribute(const SpanData& span, std::string_view key) {
    for (const SpanAttribute& attribute : span.attributes) {
      if (attribute.key() != key) continue;
      if (const auto* number = std::get_if<std::int64_t>(&attribute.value())) {
        return std::to_string(*number);
      }
      return std::get<std::string>(attribute.value());
    }
    return "";
  }

 private:
  std::shared_ptr<telemetry::SpanQueue> queue_ =
      std::make_shared<telemetry::SpanQueue>(1000, 1000, nullptr);
  std::shared_ptr<Tracer> tracer_ = std::make_shared<Tracer>(telemetry::Sampler(1, true), queue_);
  std::vector<std::unique_ptr<SpanData>> taken_;
};

}  // namespace fairlead::testing
