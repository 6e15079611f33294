#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "fairlead/deadline.hpp"
#include "fairlead/metrics.hpp"

#include "telemetry/metric.hpp"

namespace fairlead::telemetry {

/// The value of a metric for one combination of its labels' values.
struct MetricSeries {
  Labels labels;
  double value = 0;                   ///< Of a histogram the sum of what was observed.
  Deadline::TimePoint set_at = {};    ///< Of a gauge.
  std::vector<std::uint64_t> counts;  ///< Of a histogram, in each bucket; the last has no end.

  /// Adds what was recorded elsewhere; of a gauge what was set later holds.
  void add(const MetricSeries& other, MetricKind kind);
};

/// A metric of a user's with all that was recorded of it.
struct RecordedMetric {
  MetricKind kind = MetricKind::kCounter;
  std::string name;
  std::string help;
  std::vector<double> bounds;
  std::vector<MetricSeries> series;
};

/// Puts what several loops recorded together, sorted by name. A metric that contradicts the one of
/// the same name before it is left out.
std::vector<MetricFamily> sum_metrics(const std::vector<const std::vector<RecordedMetric>*>& loops);

}  // namespace fairlead::telemetry
