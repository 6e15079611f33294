#include "core/nearest.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

const std::vector<std::string> kFlags = {"nats",  "context",   "only",
                                         "loops", "log-level", "log-format"};

TEST(Nearest, FindsASlipOfTheFinger) {
  EXPECT_EQ(nearest("lops", kFlags), "loops");        // left out
  EXPECT_EQ(nearest("contexxt", kFlags), "context");  // inserted
  EXPECT_EQ(nearest("onlx", kFlags), "only");         // changed
  EXPECT_EQ(nearest("ntas", kFlags), "nats");         // swapped
  EXPECT_EQ(nearest("log_format", kFlags), "log-format");
}

TEST(Nearest, CaseDoesNotCount) {
  EXPECT_EQ(nearest("CONTEXT", kFlags), "context");
}

TEST(Nearest, SaysNothingRatherThanNonsense) {
  EXPECT_EQ(nearest("verbose", kFlags), std::nullopt);
  EXPECT_EQ(nearest("", kFlags), std::nullopt);
  EXPECT_EQ(nearest("x", {"y"}), std::nullopt);
  EXPECT_EQ(nearest("nats", {}), std::nullopt);
  EXPECT_EQ(nearest(std::string(100'000, 'a'), {std::string(100'000, 'a')}), std::nullopt);
}

TEST(Nearest, TakesTheFirstOfEquallyNearOnes) {
  EXPECT_EQ(nearest("Adx", {"Add", "Ada"}), "Add");
  EXPECT_EQ(nearest("Ada", {"Add", "Ada"}), "Ada");
}

}  // namespace
}  // namespace fairlead
