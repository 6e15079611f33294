#include "telemetry/metric_series.hpp"

#include <map>
#include <utility>

namespace fairlead::telemetry {
namespace {

struct Sum {
  const RecordedMetric* first = nullptr;
  std::map<std::string, MetricSeries> series;  // by their labels
};

MetricType type_of(MetricKind kind) {
  switch (kind) {
    case MetricKind::kCounter:
      return MetricType::kCounter;
    case MetricKind::kHistogram:
      return MetricType::kHistogram;
    case MetricKind::kGauge:
    case MetricKind::kUpDown:
      break;
  }
  return MetricType::kGauge;
}

HistogramSample histogram_of(const MetricSeries& series) {
  HistogramSample sample;
  sample.labels = series.labels;
  sample.sum = series.value;
  for (std::size_t i = 0; i < series.counts.size(); ++i) {
    sample.count += series.counts[i];
    if (i + 1 < series.counts.size()) sample.counts.push_back(sample.count);
  }
  return sample;
}

}  // namespace

void MetricSeries::add(const MetricSeries& other, MetricKind kind) {
  if (kind == MetricKind::kGauge) {
    if (other.set_at < set_at) return;
    value = other.value;
    set_at = other.set_at;
    return;
  }
  value += other.value;
  if (counts.size() < other.counts.size()) counts.resize(other.counts.size());
  for (std::size_t i = 0; i < other.counts.size(); ++i) counts[i] += other.counts[i];
}

std::vector<MetricFamily> sum_metrics(
    const std::vector<const std::vector<RecordedMetric>*>& loops) {
  std::map<std::string_view, Sum> sums;
  for (const std::vector<RecordedMetric>* metrics : loops) {
    for (const RecordedMetric& metric : *metrics) {
      Sum& sum = sums[metric.name];
      if (sum.first == nullptr) sum.first = &metric;
      if (sum.first->kind != metric.kind || sum.first->bounds != metric.bounds) continue;
      for (const MetricSeries& series : metric.series) {
        const auto [place, is_new] = sum.series.try_emplace(series.labels.text(), series);
        if (!is_new) place->second.add(series, metric.kind);
      }
    }
  }
  std::vector<MetricFamily> families;
  for (const auto& [name, sum] : sums) {
    const RecordedMetric& metric = *sum.first;
    MetricFamily& family = families.emplace_back(type_of(metric.kind), metric.name, metric.help);
    family.bounds = metric.bounds;
    for (const auto& [labels, series] : sum.series) {
      if (metric.kind == MetricKind::kHistogram) {
        family.histograms.push_back(histogram_of(series));
      } else {
        family.add(series.value, series.labels);
      }
    }
  }
  return families;
}

}  // namespace fairlead::telemetry
