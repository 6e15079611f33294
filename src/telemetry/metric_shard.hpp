#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <absl/container/flat_hash_map.h>

#include "fairlead/logger.hpp"
#include "fairlead/metrics.hpp"

#include "core/loop_core.hpp"
#include "telemetry/metric_series.hpp"

namespace fairlead::telemetry {

/// What one thread at a time records of users' metrics: a loop,
/// `loop.core().resource<MetricShard>()`, or a call on a worker thread, whose shard gives to the
/// loop's what it has when the call ends.
class MetricShard final : public LoopResident {
 public:
  /// Of one shard; a program with more has a name out of data.
  static constexpr std::size_t kMaxMetrics = 1000;

  MetricShard() = default;
  explicit MetricShard(LoopCore&) {}
  void shut_down() override {}

  /// Where the loop's shard tells what it had to drop, once for each metric.
  void set_logger(Logger logger) { logger_ = std::move(logger); }

  void record(const MetricDefinition& metric, double value, LabelValues labels);

  /// Gives what was recorded since the last time to `home`; always the same one.
  void move_to(MetricShard& home);

  std::vector<RecordedMetric> read() const;

 private:
  struct Metric;
  struct Series : MetricSeries {
    Metric* metric = nullptr;
    std::vector<std::string> values;
    Series* home = nullptr;  // of the shard of a worker: where it goes
    bool touched = false;
  };
  struct Metric {
    explicit Metric(const MetricDefinition& definition);
    /// The same without series.
    Metric(const Metric& other);

    const MetricKind kind;
    const std::string name;
    const std::string help;
    const std::vector<std::string> labels;
    const std::vector<double> bounds;
    const std::size_t max_series;
    absl::flat_hash_map<std::string, std::unique_ptr<Series>> series;  // by values
    // The series that was recorded last, which often is the next as well.
    Series* last = nullptr;
    std::string last_key;
  };

  /// Definitions are mostly constants: where one lay before, the same one lies again.
  struct Known {
    const MetricDefinition* definition = nullptr;
    Metric* metric = nullptr;
  };
  static constexpr std::size_t kKnown = 32;

  Known& known_at(const MetricDefinition& definition);
  Metric* find_or_add(const MetricDefinition& definition);
  Metric* metric_of(const MetricDefinition& definition);
  Metric* metric_like(const Metric& other);
  Series* series_of(Metric& metric, LabelValues labels);
  Series* find_or_add_series(Metric& metric, const std::vector<std::string>& values);
  void touch(Series& series);
  void drop(std::string_view name, std::string_view why);

  Logger logger_;
  absl::flat_hash_map<std::string, std::unique_ptr<Metric>> metrics_;
  std::array<Known, kKnown> known_;
  std::vector<Series*> touched_;
  std::map<std::string, std::string> problems_;  // why something of a metric was first dropped
  bool has_new_problems_ = false;
  std::string key_;  // kept for its memory
};

}  // namespace fairlead::telemetry
