#include "app/call_counts.hpp"

#include <algorithm>

#include "rpc/method_stats.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead {
namespace {

using telemetry::Labels;
using telemetry::MetricFamily;
using telemetry::MetricType;

// As histograms of methods have them.
std::array<std::uint64_t, kDurationBounds.size()> bounds_in_nanoseconds() {
  std::array<std::uint64_t, kDurationBounds.size()> bounds = kDurationBounds;
  for (std::uint64_t& bound : bounds) bound *= 1000;
  return bounds;
}

}  // namespace

void CallCounts::set_counts(const rpc::MethodStats& stats) {
  by_code = stats.by_code;
  const auto counts = stats.latency.counts_up_to(bounds_in_nanoseconds());
  std::copy(counts.begin(), counts.end(), duration_counts.begin());
  duration_count = stats.latency.count();
  duration_sum = stats.processing_time;
}

void CallCounts::add(const CallCounts& other) {
  for (std::size_t i = 0; i < by_code.size(); ++i) by_code[i] += other.by_code[i];
  for (std::size_t i = 0; i < duration_counts.size(); ++i) {
    duration_counts[i] += other.duration_counts[i];
  }
  duration_count += other.duration_count;
  duration_sum += other.duration_sum;
}

void CallCounts::subtract(const CallCounts& part) {
  for (std::size_t i = 0; i < by_code.size(); ++i) by_code[i] -= part.by_code[i];
  for (std::size_t i = 0; i < duration_counts.size(); ++i) {
    duration_counts[i] -= part.duration_counts[i];
  }
  duration_count -= part.duration_count;
  duration_sum -= part.duration_sum;
}

void append_call_metrics(std::vector<MetricFamily>& families, const std::string& prefix,
                         const std::vector<RouteCounts>& routes, const std::string& handled_help,
                         const std::string& seconds_help) {
  MetricFamily& handled =
      families.emplace_back(MetricType::kCounter, prefix + "_handled_total", handled_help);
  for (const RouteCounts& route : routes) {
    for (std::size_t code = 0; code < route.counts->by_code.size(); ++code) {
      const std::uint64_t count = route.counts->by_code[code];
      // A failure that has not happened yet needs no series, but success is there from the start.
      if (code > 0 && count == 0) continue;
      const std::string_view name = rpc::code_name(static_cast<absl::StatusCode>(code));
      handled.add(static_cast<double>(count), Labels(route.labels).add("code", name));
    }
  }
  MetricFamily& seconds =
      families.emplace_back(MetricType::kHistogram, prefix + "_handling_seconds", seconds_help);
  for (const std::uint64_t bound : kDurationBounds) {
    seconds.bounds.push_back(static_cast<double>(bound) / 1e6);
  }
  for (const RouteCounts& route : routes) {
    telemetry::HistogramSample& sample = seconds.histograms.emplace_back();
    sample.labels = route.labels;
    sample.counts.assign(route.counts->duration_counts.begin(),
                         route.counts->duration_counts.end());
    sample.count = route.counts->duration_count;
    sample.sum = static_cast<double>(route.counts->duration_sum.count()) / 1e9;
  }
}

}  // namespace fairlead
