#include "app/setting_values.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(SettingValues, AShareIsANumberFrom0To1) {
  EXPECT_EQ(parse_share("0"), 0);
  EXPECT_EQ(parse_share("1"), 1);
  EXPECT_EQ(parse_share("0.25"), 0.25);
  for (const char* text : {"", "-0.1", "1.1", "nan", "inf", "1e-1", "50%", " 1", "0x1"}) {
    EXPECT_FALSE(parse_share(text)) << text;
  }
}

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

TEST(SettingValues, ListenAddresses) {
  for (const char* right : {":0", ":9464", "127.0.0.1:9464", "localhost:1", "[::1]:65535"}) {
    const auto address = parse_listen_address(right);
    ASSERT_TRUE(address) << right;
    EXPECT_EQ(to_string(*address), right);
  }
  EXPECT_EQ(parse_listen_address("[::1]:80")->host, "::1");
  for (const char* wrong :
       {"", "9464", "localhost", "localhost:", "localhost:http", ":65536", ":-1", "::1:80", "[::1]",
        "[::1:80", "[]:80", "[host]:80", "a b:80", "http://localhost:80", "user@host:80"}) {
    EXPECT_FALSE(parse_listen_address(wrong)) << wrong;
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
