#pragma once

#include <span>
#include <string>

#include "telemetry/metric.hpp"
#include "telemetry/metric_format.hpp"

namespace fairlead::telemetry {

/// Writes families in their order; one without samples is left out. The counts that are written
/// here exist already, per loop and without locks, which is why no metrics library stands between.
std::string write_metrics(std::span<const MetricFamily> families, MetricFormat format);

}  // namespace fairlead::telemetry
