#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/metrics.hpp"

#include "core/strings.hpp"

namespace fairlead {
namespace {

using ::testing::HasSubstr;

std::string problem(const MetricDefinition& metric) {
  return std::string(message_of(metric.status()));
}

TEST(MetricDefinition, TakesWhatPrometheusTakes) {
  EXPECT_EQ(problem(CounterMetric("press_pages_total", "Pages.", {"size", "_Ink2"})), "");
  EXPECT_EQ(problem(GaugeMetric("press_ink_ratio", "Ink that is left.")), "");
  EXPECT_EQ(problem(UpDownMetric("Press_open", "Presses that are open.")), "");
  EXPECT_EQ(problem(HistogramMetric("press_seconds", "Time of a page.")), "");
  EXPECT_EQ(HistogramMetric("press_seconds", "Time of a page.").bounds().size(), 16u);
}

TEST(MetricDefinition, NamesWhatIsWrong) {
  EXPECT_THAT(problem(CounterMetric("9_total", "x")), HasSubstr("\"9_total\": its name may have"));
  EXPECT_THAT(problem(CounterMetric("", "x")), HasSubstr("its name may have"));
  EXPECT_THAT(problem(GaugeMetric("a:b", "x")), HasSubstr("its name may have"));
  EXPECT_THAT(problem(GaugeMetric("a\nb", "x")), HasSubstr("\"a\\nb\""));
  EXPECT_THAT(problem(GaugeMetric("fairlead_x", "x")), HasSubstr("fairlead_ are Fairlead's"));
  EXPECT_THAT(problem(GaugeMetric("process_x", "x")), HasSubstr("process_ are Fairlead's"));
  EXPECT_THAT(problem(CounterMetric("a", "x")), HasSubstr("a counter ends with _total"));
  EXPECT_THAT(problem(GaugeMetric("a_total", "x")), HasSubstr("only the name of a counter"));
  EXPECT_THAT(problem(HistogramMetric("a_bucket", "x")), HasSubstr("may end with _bucket"));
  EXPECT_THAT(problem(GaugeMetric("a", "")), HasSubstr("it has no help"));
  EXPECT_THAT(problem(GaugeMetric("a", "x", {"b-c"})), HasSubstr("no name of a label"));
  EXPECT_THAT(problem(GaugeMetric("a", "x", {"__b"})), HasSubstr("no name of a label"));
  EXPECT_THAT(problem(GaugeMetric("a", "x", {"b", "b"})), HasSubstr("the label b twice"));
  EXPECT_THAT(problem(HistogramMetric("a", "x", {"le"})), HasSubstr("le is the buckets'"));
  EXPECT_THAT(problem(HistogramMetric("a", "x", {}, {})), HasSubstr("no buckets"));
  EXPECT_THAT(problem(HistogramMetric("a", "x", {}, {1, 1})), HasSubstr("do not ascend"));
  EXPECT_THAT(problem(HistogramMetric("a", "x", {}, {1, INFINITY})), HasSubstr("no number"));
  EXPECT_THAT(problem(HistogramMetric("a", "x", {}, std::vector<double>(65))),
              HasSubstr("more than 64 buckets"));
}

}  // namespace
}  // namespace fairlead
