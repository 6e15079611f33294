#pragma once

#include <optional>
#include <string_view>

#include "fairlead/trace_context.hpp"

namespace fairlead::telemetry {

/// Which traces are recorded: a share of all, by their ids, so that everybody who samples the same
/// share decides alike; with a parent's decision, if there is one and it counts, in its place.
class Sampler {
 public:
  /// Records `ratio` (0 to 1) of all traces.
  Sampler(double ratio, bool parent_based);

  /// The sampler of this name in OpenTelemetry (`OTEL_TRACES_SAMPLER`), with a ratio of `ratio`
  /// where the name asks for one; nothing if the name is unknown.
  static std::optional<Sampler> named(std::string_view name, double ratio);

  /// Whether to record a span below `parent`, in the trace `trace_id`.
  bool samples(const TraceContext& parent, const TraceContext::TraceId& trace_id) const;

 private:
  std::uint64_t below_;  // of the last 63 bits of an id
  bool parent_based_;
};

}  // namespace fairlead::telemetry
