#include "cli/call_target.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using ::testing::HasSubstr;

TEST(ParseTarget, SplitsAtTheLastDot) {
  EXPECT_EQ(parse_target("calc.Calc.Average")->service, "calc.Calc");
  EXPECT_EQ(parse_target("calc.Calc.Average")->method, "Average");
  EXPECT_EQ(parse_target("calc-Calc.Add")->service, "calc-Calc");
  for (const char* wrong : {"", "calc", ".Add", "calc.", "."}) {
    EXPECT_EQ(parse_target(wrong).status().code(), absl::StatusCode::kInvalidArgument) << wrong;
  }
}

TEST(FindMethod, NamesTheNearest) {
  ServiceDescription service;
  service.full_name = "calc.Calc";
  service.methods.resize(2);
  service.methods[0].name = "Average";
  service.methods[1].name = "Watch";
  EXPECT_EQ(*find_method(service, "Average"), 0u);
  EXPECT_THAT(std::string(message_of(find_method(service, "Avrage").status())),
              HasSubstr("did you mean Average?"));
  EXPECT_THAT(std::string(message_of(find_method(service, "Zzz").status())),
              HasSubstr("it has: Average, Watch"));
  EXPECT_EQ(*find_method(service, "Watch"), 1u);
}

TEST(AddHeader, TakesKeyAndValue) {
  Metadata metadata;
  ASSERT_TRUE(add_header("x-user: ann:b", metadata).ok());
  EXPECT_EQ(metadata.get("x-user"), "ann:b");
  EXPECT_FALSE(add_header("nothing", metadata).ok());
  EXPECT_FALSE(add_header(":value", metadata).ok());
  EXPECT_FALSE(add_header("grpc-status:0", metadata).ok());
}

}  // namespace
}  // namespace fairlead::cli
