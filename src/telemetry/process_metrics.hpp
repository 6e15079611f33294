#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "telemetry/metric.hpp"

namespace fairlead::telemetry {

/// What `/proc/PID/stat` says that metrics show, in the kernel's own units.
struct ProcessStat {
  unsigned long long cpu_ticks = 0;  ///< In user and kernel mode together.
  unsigned long long threads = 0;
  unsigned long long start_ticks = 0;  ///< After the machine's start.
  unsigned long long virtual_bytes = 0;
  unsigned long long resident_pages = 0;
};

/// Reads a line of `/proc/PID/stat`; nothing if it is none.
std::optional<ProcessStat> parse_process_stat(std::string_view line);

/// Appends the metrics that every process has (`process_cpu_seconds_total`, …), as far as this
/// machine tells them.
void append_process_metrics(std::vector<MetricFamily>& families);

}  // namespace fairlead::telemetry
