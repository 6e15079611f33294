#include "app/setting_values.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

TEST(SettingValues, Counts) {
  EXPECT_EQ(parse_count("1", 1, 256), 1);
  EXPECT_EQ(parse_count("256", 1, 256), 256);
  for (const char* wrong : {"", "0", "257", "-1", "+1", " 1", "1 ", "1.5", "0x10", "1e2", "four",
                            "99999999999999999999"}) {
    EXPECT_EQ(parse_count(wrong, 1, 256), std::nullopt) << wrong;
  }
}

TEST(SettingValues, Durations) {
  EXPECT_EQ(parse_duration("500ms"), 500ms);
  EXPECT_EQ(parse_duration("30s"), 30s);
  EXPECT_EQ(parse_duration("2m"), 2min);
  EXPECT_EQ(parse_duration("1h"), 1h);
  EXPECT_EQ(parse_duration("0s"), 0ms);
  for (const char* wrong : {"", "30", "s", "-1s", "1.5s", "30 s", "30S", "1d", "1m30s",
                            "99999999999h", "9223372036854775807h"}) {
    EXPECT_EQ(parse_duration(wrong), std::nullopt) << wrong;
  }
}

TEST(SettingValues, Names) {
  EXPECT_EQ(parse_names("Average"), Names({"Average"}));
  EXPECT_EQ(parse_names("Average, Add ,calc.Calc.Sum"), Names({"Average", "Add", "calc.Calc.Sum"}));
  for (const char* wrong : {"", " ", ",", "Add,", ",Add", "Add,,Sum"}) {
    EXPECT_EQ(parse_names(wrong), std::nullopt) << wrong;
  }
}

TEST(SettingValues, Prefixes) {
  for (const char* right : {"", "staging", "eu.staging", "team-1"}) {
    EXPECT_TRUE(is_subject_prefix(right)) << right;
  }
  for (const char* wrong : {".", ".a", "a.", "a..b", "a b", "a.*", ">", "$SRV", "a\n"}) {
    EXPECT_FALSE(is_subject_prefix(wrong)) << wrong;
  }
}

}  // namespace
}  // namespace fairlead
