#include "cli/bench_result.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

BenchSetup setup() {
  BenchSetup setup;
  setup.method = "calc.Calc.Add";
  setup.in_flight = 64;
  return setup;
}

/// 1000 calls in a second, 900 of which ended within it; each tenth takes 10 ms.
BenchResult result() {
  BenchResult result;
  for (int i = 0; i < 1000; ++i) result.calls.record(absl::OkStatus(), i % 10 == 0 ? 10ms : 1ms);
  result.in_time = 900;
  result.elapsed = 1s;
  result.bytes_out = 3 << 20;
  return result;
}

TEST(BenchResult, TellsRateAndTimes) {
  const std::string text = result().text(setup());
  EXPECT_THAT(text, HasSubstr("calc.Calc.Add, closed loop, 64 in flight, 1 connection\n"));
  EXPECT_THAT(text, HasSubstr("  calls    1 000 in 1.00 s\n  calls/s  900\n"));
  EXPECT_THAT(text, HasSubstr("  p99.9    10.0 ms\n"));
  EXPECT_THAT(text, HasSubstr("  out, in  3.0 MiB, 0.0 MiB\n"));
  EXPECT_THAT(text, HasSubstr("none failed"));
  EXPECT_THAT(text, HasSubstr("Times are those of a closed loop"));
}

TEST(BenchResult, AnOpenLoopTellsOfItsLateness) {
  BenchSetup open = setup();
  open.rate = 2000;
  BenchResult measured = result();
  measured.late.record(50'000);
  measured.not_sent = 1000;
  const std::string text = measured.text(open);
  EXPECT_THAT(text, HasSubstr("open loop at 2 000 calls/s, at most 64 in flight"));
  EXPECT_THAT(text, HasSubstr("1 000 were due and not sent"));
  EXPECT_THAT(text, Not(HasSubstr("closed loop")));
  const auto json = nlohmann::json::parse(measured.json(open));
  EXPECT_EQ(json["loop"], "open");
  EXPECT_EQ(json["rate"], 2000);
  EXPECT_EQ(json["not_sent"], 1000);
  EXPECT_EQ(json["late"]["max"], 50'000);
}

TEST(BenchResult, AddsUpWhatSeveralMeasured) {
  BenchResult sum = result();
  BenchResult other;
  other.calls.record(absl::UnavailableError("gone"), 1ms);
  other.elapsed = 2s;
  EXPECT_TRUE(other.all_failed());
  sum.add(other);
  EXPECT_FALSE(sum.all_failed());
  const auto json = nlohmann::json::parse(sum.json(setup()));
  EXPECT_EQ(json["calls"], 1001);
  EXPECT_EQ(json["failed"], 1);
  EXPECT_EQ(json["calls_per_second"], 450);
  EXPECT_EQ(json["failures"]["UNAVAILABLE"]["count"], 1);
}

}  // namespace
}  // namespace fairlead::cli
