#pragma once

#include <span>
#include <string>
#include <vector>

#include "app/loop_poll.hpp"
#include "telemetry/export_counts.hpp"
#include "telemetry/metric.hpp"

namespace fairlead {

/// The metrics of a running service: of its methods, summed over its loops, of its connections, of
/// its traces and of its process. `spans`: what became of them, if it exports any.
std::vector<telemetry::MetricFamily> service_metrics(
    std::span<const PolledLoop> loops,
    const telemetry::ExportCounts& spans = telemetry::ExportCounts());

/// Why the process is not as it should be; empty if all loops answer.
std::string why_not_healthy(std::span<const PolledLoop> loops);

/// Why no calls should be expected to be served; empty if all loops serve and are connected.
std::string why_not_ready(std::span<const PolledLoop> loops);

}  // namespace fairlead
