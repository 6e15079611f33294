#include "cli/json_lines.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(SplitJson, TakesOneValueOverManyLines) {
  EXPECT_THAT(*split_json("\n{\n \"a\":\n 1}\n", "x"), ElementsAre("{\n \"a\":\n 1}"));
}

TEST(SplitJson, TakesOneValueOnEachLine) {
  EXPECT_THAT(*split_json("{\"a\":1}\r\n\n  {\"a\":2}\n{}", "x"),
              ElementsAre("{\"a\":1}", "{\"a\":2}", "{}"));
}

TEST(SplitJson, NamesTheLineThatIsWrong) {
  const auto values = split_json("{}\n{\"a\":}\n", "calls.json");
  EXPECT_EQ(values.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(message_of(values.status())), HasSubstr("calls.json:2:"));
  EXPECT_THAT(std::string(message_of(split_json(" \n", "-").status())), HasSubstr("no JSON"));
}

TEST(ReadArgument, ReadsFiles) {
  const std::string path = ::testing::TempDir() + "argument.json";
  std::ofstream(path) << "{}";
  EXPECT_EQ(*read_argument("@" + path), "{}");
  EXPECT_EQ(*read_argument("{\"a\":1}"), "{\"a\":1}");
  const auto missing = read_argument("@/nowhere/x.json");
  EXPECT_THAT(std::string(message_of(missing.status())),
              HasSubstr("/nowhere/x.json: No such file or directory"));
  EXPECT_FALSE(read_argument("@" + ::testing::TempDir()).ok());
}

}  // namespace
}  // namespace fairlead::cli
