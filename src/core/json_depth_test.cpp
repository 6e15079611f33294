#include "core/json_depth.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

TEST(JsonDepth, CountsArraysAndObjects) {
  EXPECT_FALSE(nests_deeper_than("[{}]", 2));
  EXPECT_TRUE(nests_deeper_than("[{}]", 1));
  EXPECT_FALSE(nests_deeper_than("[1],[2],[3]", 1));
  EXPECT_TRUE(nests_deeper_than(std::string(1000, '['), 100));
}

TEST(JsonDepth, IgnoresBracketsInStrings) {
  EXPECT_FALSE(nests_deeper_than(R"({"a":"[[[[","b":"\"[[["})", 1));
  EXPECT_FALSE(nests_deeper_than(R"("\)", 0));
}

TEST(JsonDepth, SurvivesUnbalancedText) {
  EXPECT_FALSE(nests_deeper_than("]]}}[", 1));
}

}  // namespace
}  // namespace fairlead
