#include "telemetry/metric_shard.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/strings.hpp"
#include "telemetry/log_text.hpp"

namespace fairlead::telemetry {
namespace {

constexpr std::size_t kMaxValueSize = 128;
constexpr const char* kUnknown = "unknown";
constexpr const char* kOther = "other";

// The front of a value, not cut within a character.
std::string_view cut(std::string_view value) {
  if (value.size() <= kMaxValueSize) return value;
  std::size_t size = kMaxValueSize;
  while (size > 0 && (static_cast<unsigned char>(value[size]) & 0xC0) == 0x80) --size;
  return value.substr(0, size);
}

// Values behind each other, each behind its size, which fits into a byte.
template <typename Values>
void write_key(const Values& values, std::string& key) {
  key.clear();
  for (const std::string_view value : values) {
    const std::string_view short_value = cut(value);
    key += static_cast<char>(short_value.size());
    key += short_value;
  }
}

std::vector<std::string> shown_values(LabelValues labels) {
  std::vector<std::string> values;
  for (const std::string_view label : labels) {
    std::string& value = values.emplace_back();
    append_printable(value, cut(label));
    value.resize(cut(value).size());
    if (value.empty()) value = kUnknown;
  }
  return values;
}

// What cannot be taken; empty if it can.
std::string_view problem_of(const MetricDefinition& metric, double value, LabelValues labels) {
  if (labels.size() != metric.labels().size()) return "not as many values as it has labels";
  if (!std::isfinite(value)) return "a value that is no number";
  if (metric.kind() == MetricKind::kCounter && value < 0) return "a counter does not shrink";
  return {};
}

}  // namespace

MetricShard::Metric::Metric(const MetricDefinition& definition)
    : kind(definition.kind()),
      name(definition.name()),
      help(definition.help()),
      labels(definition.labels()),
      bounds(definition.bounds()),
      max_series(definition.max_series()) {}

MetricShard::Metric::Metric(const Metric& other)
    : kind(other.kind),
      name(other.name),
      help(other.help),
      labels(other.labels),
      bounds(other.bounds),
      max_series(other.max_series) {}

void MetricShard::record(const MetricDefinition& definition, double value, LabelValues labels) {
  if (const auto problem = problem_of(definition, value, labels); !problem.empty()) {
    return drop(definition.name(), problem);
  }
  Metric* metric = metric_of(definition);
  if (metric == nullptr) return;
  Series* series = series_of(*metric, labels);
  if (metric->kind == MetricKind::kGauge) {
    series->value = value;
    series->set_at = Deadline::Clock::now();
  } else {
    series->value += value;
  }
  if (metric->kind == MetricKind::kHistogram) {
    const auto end = std::lower_bound(metric->bounds.begin(), metric->bounds.end(), value);
    ++series->counts[static_cast<std::size_t>(end - metric->bounds.begin())];
  }
  touch(*series);
}

void MetricShard::move_to(MetricShard& home) {
  for (Series* series : touched_) {
    series->touched = false;
    Metric* metric = series->home ? series->home->metric : home.metric_like(*series->metric);
    if (metric == nullptr) continue;
    if (!series->home) series->home = home.find_or_add_series(*metric, series->values);
    series->home->add(*series, metric->kind);
    series->value = 0;
    std::fill(series->counts.begin(), series->counts.end(), 0);
  }
  touched_.clear();
  if (!has_new_problems_) return;
  has_new_problems_ = false;
  for (const auto& [name, why] : problems_) home.drop(name, why);
}

std::vector<RecordedMetric> MetricShard::read() const {
  std::vector<RecordedMetric> metrics;
  for (const auto& [name, metric] : metrics_) {
    RecordedMetric& read = metrics.emplace_back();
    read.kind = metric->kind;
    read.name = metric->name;
    read.help = metric->help;
    read.bounds = metric->bounds;
    for (const auto& [values, series] : metric->series) read.series.push_back(*series);
  }
  return metrics;
}

MetricShard::Known& MetricShard::known_at(const MetricDefinition& definition) {
  const auto address = reinterpret_cast<std::uintptr_t>(&definition);
  return known_[(address / alignof(MetricDefinition) ^ address / 512) % kKnown];
}

MetricShard::Metric* MetricShard::metric_of(const MetricDefinition& definition) {
  Known& known = known_at(definition);
  // Something else may lie there now.
  if (known.definition == &definition && known.metric->kind == definition.kind() &&
      known.metric->labels.size() == definition.labels().size() &&
      known.metric->bounds.size() == definition.bounds().size() &&
      known.metric->name == definition.name()) {
    return known.metric;
  }
  Metric* metric = find_or_add(definition);
  if (metric != nullptr) known = {&definition, metric};
  return metric;
}

MetricShard::Metric* MetricShard::find_or_add(const MetricDefinition& definition) {
  const auto found = metrics_.find(definition.name());
  if (found == metrics_.end()) {
    if (!definition.status().ok()) {
      drop(definition.name(), message_of(definition.status()));
      return nullptr;
    }
    if (metrics_.size() >= kMaxMetrics) {
      drop(definition.name(), concat("there are ", kMaxMetrics, " metrics already"));
      return nullptr;
    }
    return metrics_.try_emplace(definition.name(), std::make_unique<Metric>(definition))
        .first->second.get();
  }
  Metric* metric = found->second.get();
  if (metric->kind != definition.kind() || metric->labels != definition.labels() ||
      metric->bounds != definition.bounds()) {
    drop(definition.name(), "it is defined twice, in two ways");
    return nullptr;
  }
  return metric;
}

// The metric of this shard that takes what `other`, of another shard, recorded.
MetricShard::Metric* MetricShard::metric_like(const Metric& other) {
  const auto found = metrics_.find(other.name);
  if (found == metrics_.end()) {
    if (metrics_.size() >= kMaxMetrics) {
      drop(other.name, concat("there are ", kMaxMetrics, " metrics already"));
      return nullptr;
    }
    auto metric = std::make_unique<Metric>(other);
    return metrics_.try_emplace(other.name, std::move(metric)).first->second.get();
  }
  Metric* metric = found->second.get();
  if (metric->kind == other.kind && metric->labels == other.labels &&
      metric->bounds == other.bounds) {
    return metric;
  }
  drop(other.name, "it is defined twice, in two ways");
  return nullptr;
}

MetricShard::Series* MetricShard::series_of(Metric& metric, LabelValues labels) {
  write_key(labels, key_);
  if (metric.last != nullptr && metric.last_key == key_) return metric.last;
  const auto found = metric.series.find(key_);
  metric.last = found == metric.series.end() ? nullptr : found->second.get();
  metric.last_key = key_;
  if (metric.last == nullptr) metric.last = find_or_add_series(metric, shown_values(labels));
  return metric.last;
}

MetricShard::Series* MetricShard::find_or_add_series(Metric& metric,
                                                     const std::vector<std::string>& values) {
  std::vector<std::string> taken = values;
  write_key(taken, key_);
  if (!metric.series.contains(key_) && metric.series.size() >= metric.max_series) {
    std::fill(taken.begin(), taken.end(), kOther);
    write_key(taken, key_);
  }
  std::unique_ptr<Series>& series = metric.series[key_];
  if (series) return series.get();
  series = std::make_unique<Series>();
  series->metric = &metric;
  for (std::size_t i = 0; i < taken.size(); ++i) series->labels.add(metric.labels[i], taken[i]);
  series->values = std::move(taken);
  if (metric.kind == MetricKind::kHistogram) series->counts.resize(metric.bounds.size() + 1);
  return series.get();
}

void MetricShard::touch(Series& series) {
  if (series.touched) return;
  series.touched = true;
  touched_.push_back(&series);
}

void MetricShard::drop(std::string_view name, std::string_view why) {
  if (problems_.size() >= kMaxMetrics) return;
  const bool is_new = problems_.try_emplace(std::string(name), why).second;
  if (!is_new) return;
  has_new_problems_ = true;
  logger_.error("a metric is not recorded",
                {{"metric", std::string(name)}, {"reason", std::string(why)}});
}

}  // namespace fairlead::telemetry
