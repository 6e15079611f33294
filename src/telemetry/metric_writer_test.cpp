#include "telemetry/metric_writer.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace fairlead::telemetry {
namespace {

std::vector<MetricFamily> some_families() {
  std::vector<MetricFamily> families;
  MetricFamily& handled =
      families.emplace_back(MetricType::kCounter, "handled_total", "Calls that were answered.");
  handled.add(3, Labels().add("method", "B").add("code", "OK"));
  handled.add(0, Labels().add("method", "A").add("code", "OK"));
  MetricFamily& seconds =
      families.emplace_back(MetricType::kHistogram, "handling_seconds", "How long.");
  seconds.bounds = {0.0001, 1};
  seconds.histograms.push_back({Labels().add("method", "B"), {2, 3}, 4, 1.5});
  families.emplace_back(MetricType::kGauge, "unused", "Has no samples.");
  families.emplace_back(MetricType::kInfo, "build_info", "What runs.")
      .add(1, Labels().add("version", "0.1.0"));
  families.emplace_back(MetricType::kGauge, "up", "Plain.").add(0.25);
  return families;
}

TEST(MetricWriter, WritesPrometheusText) {
  EXPECT_EQ(write_metrics(some_families(), MetricFormat::kPrometheus),
            "# HELP handled_total Calls that were answered.\n"
            "# TYPE handled_total counter\n"
            "handled_total{method=\"B\",code=\"OK\"} 3\n"
            "handled_total{method=\"A\",code=\"OK\"} 0\n"
            "# HELP handling_seconds How long.\n"
            "# TYPE handling_seconds histogram\n"
            "handling_seconds_bucket{method=\"B\",le=\"0.0001\"} 2\n"
            "handling_seconds_bucket{method=\"B\",le=\"1\"} 3\n"
            "handling_seconds_bucket{method=\"B\",le=\"+Inf\"} 4\n"
            "handling_seconds_sum{method=\"B\"} 1.5\n"
            "handling_seconds_count{method=\"B\"} 4\n"
            "# HELP build_info What runs.\n"
            "# TYPE build_info gauge\n"
            "build_info{version=\"0.1.0\"} 1\n"
            "# HELP up Plain.\n"
            "# TYPE up gauge\n"
            "up 0.25\n");
}

TEST(MetricWriter, WritesOpenMetrics) {
  EXPECT_EQ(write_metrics(some_families(), MetricFormat::kOpenMetrics),
            "# HELP handled Calls that were answered.\n"
            "# TYPE handled counter\n"
            "handled_total{method=\"B\",code=\"OK\"} 3\n"
            "handled_total{method=\"A\",code=\"OK\"} 0\n"
            "# HELP handling_seconds How long.\n"
            "# TYPE handling_seconds histogram\n"
            "# UNIT handling_seconds seconds\n"
            "handling_seconds_bucket{method=\"B\",le=\"0.0001\"} 2\n"
            "handling_seconds_bucket{method=\"B\",le=\"1.0\"} 3\n"
            "handling_seconds_bucket{method=\"B\",le=\"+Inf\"} 4\n"
            "handling_seconds_sum{method=\"B\"} 1.5\n"
            "handling_seconds_count{method=\"B\"} 4\n"
            "# HELP build What runs.\n"
            "# TYPE build info\n"
            "build_info{version=\"0.1.0\"} 1\n"
            "# HELP up Plain.\n"
            "# TYPE up gauge\n"
            "up 0.25\n"
            "# EOF\n");
}

TEST(MetricWriter, EscapesLabelsAndHelp) {
  std::vector<MetricFamily> families;
  families.emplace_back(MetricType::kGauge, "up", "a \\ \"b\"\nc")
      .add(1, Labels().add("label", "a \\ \"b\"\nc"));
  EXPECT_EQ(write_metrics(families, MetricFormat::kPrometheus),
            "# HELP up a \\\\ \"b\"\\nc\n"
            "# TYPE up gauge\n"
            "up{label=\"a \\\\ \\\"b\\\"\\nc\"} 1\n");
  EXPECT_EQ(write_metrics(families, MetricFormat::kOpenMetrics),
            "# HELP up a \\\\ \\\"b\\\"\\nc\n"
            "# TYPE up gauge\n"
            "up{label=\"a \\\\ \\\"b\\\"\\nc\"} 1\n"
            "# EOF\n");
}

TEST(MetricWriter, NoLabelIsEmpty) {
  EXPECT_EQ(Labels().add("peer", "").text(), "peer=\"unknown\"");
}

TEST(MetricWriter, WritesEveryNumber) {
  std::vector<MetricFamily> families;
  MetricFamily& family = families.emplace_back(MetricType::kGauge, "n", "Numbers.");
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double value : {1e6, 9007199254740992.0, 1e300, -2.0, 0.1, infinity, -infinity,
                             std::numeric_limits<double>::quiet_NaN()}) {
    family.add(value);
  }
  EXPECT_EQ(write_metrics(families, MetricFormat::kPrometheus),
            "# HELP n Numbers.\n# TYPE n gauge\nn 1000000\nn 9007199254740992\nn 1e+300\nn -2\n"
            "n 0.1\nn +Inf\nn -Inf\nn NaN\n");
}

TEST(MetricFormat, IsWhatTheClientWantsMost) {
  using enum MetricFormat;
  for (const auto& [accept, format] : std::vector<std::pair<const char*, MetricFormat>>{
           {"", kPrometheus},
           {"*/*", kPrometheus},
           {"text/plain", kPrometheus},
           {"text/html, */*;q=0.8", kPrometheus},
           {"application/openmetrics-text", kOpenMetrics},
           {"Application/OpenMetrics-Text; Version=\"1.0.0\"; charset=utf-8", kOpenMetrics},
           {"application/openmetrics-text;version=0.0.1", kPrometheus},
           {"application/openmetrics-text;q=0", kPrometheus},
           {"application/openmetrics-text;q=no", kPrometheus},
           {"application/openmetrics-text;q=0.4,text/plain;q=0.5", kPrometheus},
           {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
            "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
            kOpenMetrics},
           {",;,=;q=,", kPrometheus}}) {
    EXPECT_EQ(choose_metric_format(accept), format) << accept;
  }
}

}  // namespace
}  // namespace fairlead::telemetry
