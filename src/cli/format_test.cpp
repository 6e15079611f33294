#include "cli/format.hpp"

#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

using std::chrono::nanoseconds;
using namespace std::chrono_literals;

TEST(FormatDuration, ShowsThreeDigits) {
  EXPECT_EQ(format_duration(0ns), "0 ns");
  EXPECT_EQ(format_duration(870ns), "870 ns");
  EXPECT_EQ(format_duration(1250us), "1.25 ms");
  EXPECT_EQ(format_duration(12345us), "12.3 ms");
  EXPECT_EQ(format_duration(123456us), "123 ms");
  EXPECT_EQ(format_duration(nanoseconds(999'960'000)), "1.00 s");
  EXPECT_EQ(format_duration(nanoseconds(9'996'000)), "10.0 ms");
  EXPECT_EQ(format_duration(1234s), "1234 s");
}

TEST(FormatAge, ShowsTheTwoLargestUnits) {
  EXPECT_EQ(format_age(-5s), "0s");
  EXPECT_EQ(format_age(45s), "45s");
  EXPECT_EQ(format_age(192s), "3m12s");
  EXPECT_EQ(format_age(120s), "2m");
  EXPECT_EQ(format_age(52h + 59min), "2d4h");
}

TEST(FormatCount, SetsThousandsApart) {
  EXPECT_EQ(format_count(0), "0");
  EXPECT_EQ(format_count(999), "999");
  EXPECT_EQ(format_count(1000), "1 000");
  EXPECT_EQ(format_count(1234567), "1 234 567");
}

TEST(ParseTime, ReadsWhatPeopleWrite) {
  EXPECT_EQ(*parse_time("500ms"), nanoseconds(500ms));
  EXPECT_EQ(*parse_time("1m30s"), nanoseconds(90s));
  EXPECT_EQ(*parse_time("2"), nanoseconds(2s));
  EXPECT_EQ(*parse_time("0.25"), nanoseconds(250ms));
  for (const char* wrong : {"", "x", "5 parsecs", "0", "-1s", "inf", "nan", "1e300"}) {
    EXPECT_FALSE(parse_time(wrong).ok()) << wrong;
  }
}

}  // namespace
}  // namespace fairlead::cli
