#include "telemetry/process_metrics.hpp"

#include <algorithm>
#include <ctime>

#include <gtest/gtest.h>

namespace fairlead::telemetry {
namespace {

TEST(ProcessMetrics, ReadsAStatWhateverTheNameOfTheProgram) {
  const auto stat = parse_process_stat(
      "7 (a) b (c) S 1 7 7 0 -1 4194304 95 0 0 0 100 23 0 0 20 0 4 0 5000 8192 33 "
      "18446744073709551615 1 1 0 0 0");
  ASSERT_TRUE(stat);
  EXPECT_EQ(stat->cpu_ticks, 123u);
  EXPECT_EQ(stat->threads, 4u);
  EXPECT_EQ(stat->start_ticks, 5000u);
  EXPECT_EQ(stat->virtual_bytes, 8192u);
  EXPECT_EQ(stat->resident_pages, 33u);
}

TEST(ProcessMetrics, RefusesWhatIsNoStat) {
  EXPECT_FALSE(parse_process_stat(""));
  EXPECT_FALSE(parse_process_stat("7 (calc) S 1"));
  EXPECT_FALSE(parse_process_stat("7 (calc) S a b c d e f g h i j k l m n o p q r s t u v w"));
}

TEST(ProcessMetrics, TellOfThisProcess) {
  std::vector<MetricFamily> families;
  append_process_metrics(families);
  const auto value = [&](std::string_view name) {
    const auto found =
        std::find_if(families.begin(), families.end(),
                     [&](const MetricFamily& family) { return family.name == name; });
    return found == families.end() ? -1 : found->samples.at(0).value;
  };
  EXPECT_GE(value("process_cpu_seconds_total"), 0);
  EXPECT_GE(value("process_threads"), 1);
  EXPECT_GT(value("process_resident_memory_bytes"), 1 << 20);
  EXPECT_GE(value("process_open_fds"), 3);
  EXPECT_GE(value("process_max_fds"), value("process_open_fds"));
  EXPECT_NEAR(value("process_start_time_seconds"), static_cast<double>(std::time(nullptr)), 300);
}

}  // namespace
}  // namespace fairlead::telemetry
