#include "fairlead/metrics.hpp"

#include "telemetry/metric_shard.hpp"

namespace fairlead {

void Metrics::add(const CounterMetric& metric, double amount, LabelValues labels) const {
  if (shard_) shard_->record(metric, amount, labels);
}

void Metrics::add(const UpDownMetric& metric, double amount, LabelValues labels) const {
  if (shard_) shard_->record(metric, amount, labels);
}

void Metrics::set(const GaugeMetric& metric, double value, LabelValues labels) const {
  if (shard_) shard_->record(metric, value, labels);
}

void Metrics::observe(const HistogramMetric& metric, double value, LabelValues labels) const {
  if (shard_) shard_->record(metric, value, labels);
}

}  // namespace fairlead
