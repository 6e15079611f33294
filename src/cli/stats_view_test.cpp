#include "cli/stats_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<discovery::StatsResponse> two_instances(std::uint64_t requests) {
  std::vector<discovery::StatsResponse> instances(2);
  for (std::size_t i = 0; i < 2; ++i) {
    instances[i].name = "calc-Calc";
    instances[i].metadata["fairlead.service"] = "calc.Calc";
    instances[i].id = i == 0 ? "ONE" : "TWO";
    auto& endpoint = instances[i].endpoints.emplace_back();
    endpoint.name = "Add";
    endpoint.num_requests = requests;
    endpoint.processing_time = std::chrono::nanoseconds(requests * 1000);
  }
  instances[0].endpoints[0].data = R"({"in_flight":3,"latency_ns":{"p50":1500,"p99":9000}})";
  return instances;
}

TEST(StatsView, AddsInstancesUp) {
  StatsView view(false);
  const std::string text = view.render(two_instances(1000), {}, Style());
  EXPECT_THAT(text, HasSubstr("calc.Calc  Add             2  2 000       0          3  1.00 µs"));
  EXPECT_THAT(text, HasSubstr("1.50 µs  9.00 µs\n"));
  EXPECT_THAT(text, Not(HasSubstr("CALLS/S")));
}

TEST(StatsView, ShowsCallsPerSecondSinceItLastLooked) {
  StatsView view(false);
  const std::chrono::steady_clock::time_point start{};
  view.render(two_instances(1000), start, Style());
  EXPECT_THAT(view.render(two_instances(1500), start + 2s, Style()), HasSubstr("3 000      500"));
  // Figures that went back belong to a fresh start.
  EXPECT_THAT(view.render(two_instances(10), start + 3s, Style()), HasSubstr("20        0"));
}

TEST(StatsView, ShowsInstancesAndThenAllOfThem) {
  StatsView view(true);
  const std::string text = view.render(two_instances(7), {}, Style());
  EXPECT_THAT(text, HasSubstr("ONE           7"));
  EXPECT_THAT(text, HasSubstr("TWO           7"));
  EXPECT_THAT(text, HasSubstr("all 2        14"));
}

TEST(StatsView, TakesFiguresOfAnyShape) {
  auto instances = two_instances(0);
  for (const char* data : {"[1]", "null", R"({"latency_ns":7,"in_flight":"x"})", "{oops"}) {
    instances[0].endpoints[0].data = data;
    StatsView view(false);
    EXPECT_THAT(view.render(instances, {}, Style()), HasSubstr("Add")) << data;
  }
}

}  // namespace
}  // namespace fairlead::cli
