#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

namespace fairlead {

namespace telemetry {
class MetricShard;
}

/// What becomes of the values of a metric.
enum class MetricKind { kCounter, kGauge, kUpDown, kHistogram };

/// What is known of a metric before anything is measured. Made as one of the classes below, once,
/// as a constant:
///
///   const fairlead::CounterMetric kPages("press_pages_total", "Pages that were printed.",
///   {"size"});
///
/// `name` follows Prometheus: letters, digits and `_`, first the domain, last the unit
/// (`_seconds`, `_bytes`), that of a counter with `_total` behind it. `fairlead_` and `process_`
/// are Fairlead's. `help` is a sentence. `labels` are names of labels, in the order in which their
/// values are given.
///
/// A label may have few values: each combination of values is a series that Prometheus keeps. After
/// `max_series` combinations (default 100, on each event loop) further ones are counted together,
/// as `other`. Values that are empty become `unknown`, those longer than 128 bytes are cut.
class MetricDefinition {
 public:
  static constexpr std::size_t kDefaultMaxSeries = 100;

  MetricKind kind() const { return kind_; }
  const std::string& name() const { return name_; }
  const std::string& help() const { return help_; }
  const std::vector<std::string>& labels() const { return labels_; }
  /// The upper ends of a histogram's buckets; empty for others.
  const std::vector<double>& bounds() const { return bounds_; }
  std::size_t max_series() const { return max_series_; }

  /// INVALID_ARGUMENT if there is something wrong with it. Such a metric is not recorded; the log
  /// says so once.
  const absl::Status& status() const { return status_; }

 protected:
  MetricDefinition(MetricKind kind, std::string name, std::string help,
                   std::vector<std::string> labels, std::vector<double> bounds,
                   std::size_t max_series);
  ~MetricDefinition() = default;
  MetricDefinition(const MetricDefinition&) = default;
  MetricDefinition& operator=(const MetricDefinition&) = default;

 private:
  MetricKind kind_;
  std::string name_;
  std::string help_;
  std::vector<std::string> labels_;
  std::vector<double> bounds_;
  std::size_t max_series_;
  absl::Status status_;
};

/// What only grows: calls, bytes, seconds spent. The name ends with `_total`.
class CounterMetric final : public MetricDefinition {
 public:
  CounterMetric(std::string name, std::string help, std::vector<std::string> labels = {},
                std::size_t max_series = kDefaultMaxSeries);
};

/// What is now so and now so, and is known as a whole: a temperature, the size of a file. Of
/// several event loops the value that was set last is shown.
class GaugeMetric final : public MetricDefinition {
 public:
  GaugeMetric(std::string name, std::string help, std::vector<std::string> labels = {},
              std::size_t max_series = kDefaultMaxSeries);
};

/// What goes up and down by steps: open documents, seats that are taken. Event loops are summed.
class UpDownMetric final : public MetricDefinition {
 public:
  UpDownMetric(std::string name, std::string help, std::vector<std::string> labels = {},
               std::size_t max_series = kDefaultMaxSeries);
};

/// How often a value was how large: durations, sizes.
class HistogramMetric final : public MetricDefinition {
 public:
  /// From 0.1 ms to 10 s, in seconds, as Fairlead's own.
  static std::vector<double> durations();

  /// `bounds` are the upper ends of the buckets, ascending, at most 64; the last bucket, without an
  /// end, is added.
  HistogramMetric(std::string name, std::string help, std::vector<std::string> labels = {},
                  std::vector<double> bounds = durations(),
                  std::size_t max_series = kDefaultMaxSeries);
};

/// The values of a metric's labels, in the order of its definition.
using LabelValues = std::initializer_list<std::string_view>;

/// Records metrics of one's own, which are shown beside Fairlead's at `--metrics`:
///
///   context.metrics().add(kPages, 2, {"A4"});
///
/// Each event loop records for itself, without locks, and a scrape sums them up. What a plain
/// handler records on its worker thread becomes visible when it returns. It never fails and never
/// throws: what cannot be recorded (another number of values than labels, a definition that is not
/// valid or contradicts another of the same name, a counter that would shrink, a value that is no
/// number) is dropped, and the log says so once for each metric.
class Metrics {
 public:
  /// Drops everything.
  Metrics() = default;

  /// Adds to a counter; `amount` is not negative.
  void add(const CounterMetric& metric, double amount = 1, LabelValues labels = {}) const;
  /// Adds, or with a negative `amount` takes away.
  void add(const UpDownMetric& metric, double amount, LabelValues labels = {}) const;
  void set(const GaugeMetric& metric, double value, LabelValues labels = {}) const;
  void observe(const HistogramMetric& metric, double value, LabelValues labels = {}) const;

  /// What other parts of Fairlead make it of; not for programs.
  explicit Metrics(telemetry::MetricShard* shard) : shard_(shard) {}

 private:
  telemetry::MetricShard* shard_ = nullptr;
};

}  // namespace fairlead
