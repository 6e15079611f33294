#include "cli/call_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fairlead::cli {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(CallSummary, TellsRateAndTimes) {
  CallSummary summary;
  for (int i = 0; i < 1500; ++i) summary.record(absl::OkStatus(), 100us);
  EXPECT_TRUE(summary.all_ok());
  EXPECT_THAT(summary.text(500ms), HasSubstr("1 500 calls in 500 ms: 3 000 calls/s, p50 1"));
  EXPECT_THAT(summary.text(500ms), HasSubstr("none failed"));
}

TEST(CallSummary, CountsFailuresByCode) {
  CallSummary summary;
  summary.record(absl::OkStatus(), 1ms);
  summary.record(absl::UnavailableError("first\x1b[2J"), 1ms);
  summary.record(absl::UnavailableError("second"), 1ms);
  summary.record(absl::InvalidArgumentError("\xff"), 1ms);
  EXPECT_FALSE(summary.all_ok());
  EXPECT_THAT(summary.text(1s), HasSubstr("3 failed"));
  EXPECT_THAT(summary.text(1s), HasSubstr("2 UNAVAILABLE: first\\x1b[2J"));
  const auto json = nlohmann::json::parse(summary.json(1s));
  EXPECT_EQ(json["calls"], 4);
  EXPECT_EQ(json["failures"]["UNAVAILABLE"]["count"], 2);
  EXPECT_EQ(json["failures"]["INVALID_ARGUMENT"]["first_message"], "\xEF\xBF\xBD");
}

}  // namespace
}  // namespace fairlead::cli
