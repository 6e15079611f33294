#include "app/describe.hpp"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/duration.pb.h>
#include <google/protobuf/struct.pb.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fairlead/options.pb.h"

namespace fairlead {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

ServiceDescription calc() {
  ServiceDescription service;
  service.full_name = "calc.Calc";
  service.name = "calc-Calc";
  service.version = "1.0.0";
  service.description = "Small sums.";
  service.prefix = "eu";
  service.file = ServiceOptions::descriptor()->file();
  MethodDescription average;
  average.name = "Average";
  average.full_name = average.subject = "calc.Calc.Average";
  average.aliases = {"math.average"};
  average.timeout = std::chrono::seconds(2);
  average.idempotent = true;
  average.request = google::protobuf::Duration::descriptor();
  average.response = google::protobuf::Struct::descriptor();
  MethodDescription add = average;
  add.name = "Add";
  add.full_name = add.subject = "calc.Calc.Add";
  add.aliases.clear();
  add.timeout = std::chrono::microseconds(1500);
  add.idempotent = false;
  add.oneway = true;
  service.methods = {average, add};
  return service;
}

TEST(Describe, TextIsATable) {
  const ServiceDescription service = calc();
  EXPECT_EQ(describe_text({&service}),
            "calc.Calc 1.0.0\n"
            "Small sums.\n"
            "\n"
            "  METHOD   SUBJECT               KIND   TIMEOUT  MESSAGES\n"
            "  Average  eu.calc.Calc.Average  unary  2s       google.protobuf.Duration -> "
            "google.protobuf.Struct  idempotent\n"
            "           eu.math.average\n"
            "  Add      eu.calc.Calc.Add      unary  1500us   google.protobuf.Duration -> "
            "google.protobuf.Struct  oneway\n");
}

TEST(Describe, JsonHasTheSame) {
  const ServiceDescription service = calc();
  const auto json = nlohmann::json::parse(describe_json("calc", {&service, &service}));
  EXPECT_EQ(json["program"], "calc");
  ASSERT_EQ(json["services"].size(), 2u);
  const auto& first = json["services"][0];
  EXPECT_EQ(first["service"], "calc.Calc");
  EXPECT_EQ(first["version"], "1.0.0");
  const auto& method = first["methods"][0];
  EXPECT_EQ(method["subject"], "eu.calc.Calc.Average");
  EXPECT_EQ(method["aliases"], nlohmann::json({"eu.math.average"}));
  EXPECT_EQ(method["timeout"], "2s");
  EXPECT_EQ(method["kind"], "unary");
  EXPECT_EQ(method["idempotent"], true);
  EXPECT_EQ(method["request"], "google.protobuf.Duration");
}

TEST(Describe, TheSchemaHasImportsFirstAndNothingTwice) {
  const ServiceDescription service = calc();
  const auto set = schema_of({&service, &service});
  ASSERT_EQ(set.file_size(), 3);
  EXPECT_EQ(set.file(2).name(), "fairlead/options.proto");
  google::protobuf::DescriptorPool pool;
  for (const auto& file : set.file()) EXPECT_NE(pool.BuildFile(file), nullptr) << file.name();
}

TEST(Describe, TheSchemaAsTextIsThatOfItsOwnFile) {
  const ServiceDescription service = calc();
  const std::string text = schema_proto({&service, &service});
  EXPECT_THAT(text, StartsWith("// fairlead/options.proto\nsyntax = \"proto3\";\n"));
  EXPECT_THAT(text, HasSubstr("message ServiceOptions {"));
  EXPECT_EQ(text.find("// fairlead/options.proto"), text.rfind("// fairlead/options.proto"));
}

}  // namespace
}  // namespace fairlead
