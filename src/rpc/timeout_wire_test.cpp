#include "rpc/timeout_wire.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

using namespace std::chrono_literals;

std::string format(std::chrono::nanoseconds timeout) {
  TimeoutBuffer buffer;
  return std::string(format_timeout(timeout, buffer));
}

TEST(TimeoutWire, TakesTheFinestUnitThatFits) {
  EXPECT_EQ(format(0ns), "0n");
  EXPECT_EQ(format(-5s), "0n");
  EXPECT_EQ(format(1500us), "1500000n");
  EXPECT_EQ(format(500ms), "500000u");
  EXPECT_EQ(format(4900ms), "4900000u");
  EXPECT_EQ(format(120s), "120000m");
  EXPECT_EQ(format(48h), "172800S");
  EXPECT_EQ(format(std::chrono::nanoseconds::max()), "2562047H");
}

TEST(TimeoutWire, SubSecondTimesSurvive) {
  for (const std::chrono::nanoseconds exact : std::initializer_list<std::chrono::nanoseconds>{
           1ns, 999ns, 1001us, 500ms, 2999ms, 3600500ms}) {
    const auto parsed = parse_timeout(format(exact));
    ASSERT_TRUE(parsed.ok());
    EXPECT_LE(exact - *parsed, 1ms);
    EXPECT_GE(exact - *parsed, 0ms);
  }
}

TEST(TimeoutWire, ParsesAllUnits) {
  EXPECT_EQ(*parse_timeout("1H"), 1h);
  EXPECT_EQ(*parse_timeout("2M"), 2min);
  EXPECT_EQ(*parse_timeout("3S"), 3s);
  EXPECT_EQ(*parse_timeout("4m"), 4ms);
  EXPECT_EQ(*parse_timeout("5u"), 5us);
  EXPECT_EQ(*parse_timeout("6n"), 6ns);
  EXPECT_EQ(*parse_timeout("99999999H"), std::chrono::nanoseconds::max());
}

TEST(TimeoutWire, RefusesTheRest) {
  for (const char* bad :
       {"", "5", "S", "-1S", "+1S", "1.5S", "123456789S", "5s", "5 S", "2026-11-21"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(parse_timeout(bad).status())) << bad;
  }
}

}  // namespace
}  // namespace fairlead::rpc
