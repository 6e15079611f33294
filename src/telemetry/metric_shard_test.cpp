#include "telemetry/metric_shard.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/metric_writer.hpp"

namespace fairlead::telemetry {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const CounterMetric kPages("press_pages_total", "Pages.", {"size"}, 3);
const GaugeMetric kInk("press_ink_ratio", "Ink.");
const UpDownMetric kOpen("press_open", "Open presses.");
const HistogramMetric kSizes("press_sizes", "Sizes.", {}, {1, 10});

/// Keeps the lines.
class Lines final : public LogSink {
 public:
  void write(LogLevel, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>&,
             std::initializer_list<LogField> fields) override {
    std::string line(message);
    for (const LogField& field : fields) line += "; " + field.second;
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

std::string text_of(const std::vector<const MetricShard*>& shards) {
  std::vector<std::vector<RecordedMetric>> read;
  for (const MetricShard* shard : shards) read.push_back(shard->read());
  std::vector<const std::vector<RecordedMetric>*> loops;
  for (const auto& metrics : read) loops.push_back(&metrics);
  return write_metrics(sum_metrics(loops), MetricFormat::kPrometheus);
}

std::string samples_of(const std::vector<const MetricShard*>& shards) {
  std::string samples;
  std::string text = text_of(shards);
  while (!text.empty()) {
    const std::string line = text.substr(0, text.find('\n') + 1);
    if (!line.starts_with('#')) samples += line;
    text.erase(0, line.size());
  }
  return samples;
}

TEST(MetricShard, RecordsEveryKind) {
  MetricShard shard;
  const Metrics metrics(&shard);
  metrics.add(kPages, 1, {"A4"});
  metrics.add(kPages, 2.5, {"A4"});
  metrics.add(kPages, 1, {"A3"});
  metrics.set(kInk, 0.5);
  metrics.set(kInk, 0.25);
  metrics.add(kOpen, 3);
  metrics.add(kOpen, -1);
  for (const double size : {0.5, 1.0, 2.0, 20.0}) metrics.observe(kSizes, size);
  EXPECT_EQ(text_of({&shard}),
            "# HELP press_ink_ratio Ink.\n# TYPE press_ink_ratio gauge\npress_ink_ratio 0.25\n"
            "# HELP press_open Open presses.\n# TYPE press_open gauge\npress_open 2\n"
            "# HELP press_pages_total Pages.\n# TYPE press_pages_total counter\n"
            "press_pages_total{size=\"A3\"} 1\npress_pages_total{size=\"A4\"} 3.5\n"
            "# HELP press_sizes Sizes.\n# TYPE press_sizes histogram\n"
            "press_sizes_bucket{le=\"1\"} 2\npress_sizes_bucket{le=\"10\"} 3\n"
            "press_sizes_bucket{le=\"+Inf\"} 4\npress_sizes_sum 23.5\npress_sizes_count 4\n");
}

TEST(MetricShard, LoopsAreSummedButTheLastValueOfAGaugeHolds) {
  MetricShard one;
  MetricShard two;
  for (MetricShard* shard : {&one, &two}) {
    const Metrics metrics(shard);
    metrics.add(kPages, 1, {"A4"});
    metrics.set(kInk, shard == &one ? 1 : 2);
    metrics.add(kOpen, 1);
    metrics.observe(kSizes, 5);
  }
  Metrics(&one).set(kInk, 3);
  const std::string samples = samples_of({&one, &two});
  EXPECT_THAT(samples, HasSubstr("press_pages_total{size=\"A4\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("press_ink_ratio 3\n"));
  EXPECT_THAT(samples, HasSubstr("press_open 2\n"));
  EXPECT_THAT(samples, HasSubstr("press_sizes_bucket{le=\"10\"} 2\n"));
}

TEST(MetricShard, AWorkersRecordsMoveToTheLoop) {
  MetricShard loop;
  MetricShard call;
  const Metrics metrics(&call);
  for (int i = 0; i < 2; ++i) {
    metrics.add(kPages, 2, {"A4"});
    metrics.observe(kSizes, 5);
    metrics.set(kInk, i);
    EXPECT_EQ(samples_of({&loop}).find("pages") == std::string::npos, i == 0);
    call.move_to(loop);
    call.move_to(loop);
  }
  Metrics(&loop).add(kPages, 1, {"A4"});
  const std::string samples = samples_of({&loop});
  EXPECT_THAT(samples, HasSubstr("press_pages_total{size=\"A4\"} 5\n"));
  EXPECT_THAT(samples, HasSubstr("press_sizes_count 2\n"));
  EXPECT_THAT(samples, HasSubstr("press_ink_ratio 1\n"));
}

TEST(MetricShard, SeriesAreBounded) {
  MetricShard loop;
  MetricShard call;
  for (int i = 0; i < 100; ++i) {
    Metrics(&loop).add(kPages, 1, {std::to_string(i)});
    Metrics(&call).add(kPages, 1, {"x" + std::to_string(i)});
  }
  Metrics(&loop).add(kPages, 1, {"0"});
  call.move_to(loop);
  EXPECT_EQ(samples_of({&loop}),
            "press_pages_total{size=\"0\"} 2\npress_pages_total{size=\"1\"} 1\n"
            "press_pages_total{size=\"2\"} 1\npress_pages_total{size=\"other\"} 197\n");
}

TEST(MetricShard, ValuesOfLabelsAreFitToBeShown) {
  MetricShard shard;
  const Metrics metrics(&shard);
  const CounterMetric pages("press_pages_total", "Pages.", {"size"});
  metrics.add(pages, 1, {""});
  metrics.add(pages, 1, {"unknown"});
  metrics.add(pages, 1, {"a\nb"});
  metrics.add(pages, 1, {"a\\nb"});
  metrics.add(pages, 1, {"\xff"});
  metrics.add(pages, 1, {std::string(127, 'x') + "größe"});
  const std::string samples = samples_of({&shard});
  EXPECT_THAT(samples, HasSubstr("{size=\"unknown\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("{size=\"a\\\\nb\"} 2\n"));
  EXPECT_THAT(samples, HasSubstr("{size=\"\\\\xff\"} 1\n"));
  EXPECT_THAT(samples, HasSubstr("{size=\"" + std::string(127, 'x') + "g\"} 1\n"));
}

TEST(MetricShard, WhatCannotBeRecordedIsDroppedAndToldOnce) {
  const auto lines = std::make_shared<Lines>();
  MetricShard loop;
  loop.set_logger(Logger(lines, LogLevel::kDebug));
  MetricShard call;
  for (MetricShard* shard : {&loop, &call, &call}) {
    const Metrics metrics(shard);
    metrics.add(kPages, 1);
    metrics.set(kInk, std::nan(""));
    metrics.set(kInk, std::numeric_limits<double>::infinity());
    metrics.add(CounterMetric("a_total", "a"), -1);
    metrics.add(CounterMetric("fairlead_x_total", "a"));
    metrics.observe(kSizes, 1);
    metrics.observe(HistogramMetric("press_sizes", "Sizes."), 1);
    if (shard == &call) call.move_to(loop);
  }
  EXPECT_THAT(
      lines->lines,
      ElementsAre("a metric is not recorded; press_pages_total; not as many values as it "
                  "has labels",
                  "a metric is not recorded; press_ink_ratio; a value that is no number",
                  "a metric is not recorded; a_total; a counter does not shrink",
                  HasSubstr("fairlead_x_total; the metric \"fairlead_x_total\": names that"),
                  "a metric is not recorded; press_sizes; it is defined twice, in two "
                  "ways"));
  EXPECT_EQ(samples_of({&loop}),
            "press_sizes_bucket{le=\"1\"} 3\npress_sizes_bucket{le=\"10\"} 3\n"
            "press_sizes_bucket{le=\"+Inf\"} 3\npress_sizes_sum 3\npress_sizes_count 3\n");
}

TEST(MetricShard, MetricsAreBounded) {
  MetricShard shard;
  for (std::size_t i = 0; i < MetricShard::kMaxMetrics + 5; ++i) {
    Metrics(&shard).add(UpDownMetric("m" + std::to_string(i), "x"), 1);
  }
  EXPECT_EQ(shard.read().size(), MetricShard::kMaxMetrics);
}

TEST(Metrics, WithoutAPlaceDropEverything) {
  const Metrics metrics;
  metrics.add(kPages, 1, {"A4"});
  metrics.set(kInk, 1);
}

}  // namespace
}  // namespace fairlead::telemetry
