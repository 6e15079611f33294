#include "discovery/schema_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::discovery {
namespace {

using ::testing::HasSubstr;

/// calc.proto needs types.proto, which is listed after it: the order is the sender's.
google::protobuf::FileDescriptorSet calc_files() {
  google::protobuf::FileDescriptorSet files;
  auto& calc = *files.add_file();
  calc.set_name("calc.proto");
  calc.set_package("calc");
  calc.add_dependency("types.proto");
  auto& service = *calc.add_service();
  service.set_name("Calc");
  auto& method = *service.add_method();
  method.set_name("Add");
  method.set_input_type(".calc.Pair");
  method.set_output_type(".calc.Pair");
  auto& types = *files.add_file();
  types.set_name("types.proto");
  types.set_package("calc");
  types.add_message_type()->set_name("Pair");
  return files;
}

std::string error(const absl::StatusOr<SchemaView>& schema) {
  return std::string(message_of(schema.status()));
}

TEST(SchemaView, FindsTheServiceAndItsTypes) {
  const auto schema = SchemaView::read(calc_files().SerializeAsString(), "calc.Calc");
  ASSERT_TRUE(schema.ok()) << schema.status();
  EXPECT_EQ(schema->service().method(0)->input_type()->full_name(), "calc.Pair");
  EXPECT_EQ(schema->files().file_size(), 2);
  const SchemaView copy = *schema;
  EXPECT_EQ(&copy.service(), &schema->service());
}

TEST(SchemaView, NamesTheServicesThereAre) {
  const auto schema = SchemaView::read(calc_files().SerializeAsString(), "calc.Clac");
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(error(schema), HasSubstr("it has: calc.Calc"));
}

TEST(SchemaView, SaysWhatIsBroken) {
  EXPECT_THAT(error(SchemaView::read("\xff\xff", "a")), HasSubstr("not a FileDescriptorSet"));
  EXPECT_THAT(error(SchemaView::read("", "a")), HasSubstr("not a FileDescriptorSet"));
  auto files = calc_files();
  files.mutable_file()->RemoveLast();
  const auto schema = SchemaView::read(files.SerializeAsString(), "calc.Calc");
  EXPECT_EQ(schema.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(error(schema), HasSubstr("types.proto"));
  *files.add_file() = files.file(0);
  EXPECT_THAT(error(SchemaView::read(files.SerializeAsString(), "calc.Calc")),
              HasSubstr("calc.proto is there twice"));
}

TEST(SchemaSubject, HasThePrefixIfThereIsOne) {
  EXPECT_EQ(schema_subject("", "calc.Calc"), "calc.Calc._.schema");
  EXPECT_EQ(schema_subject("eu.test", "calc.Calc"), "eu.test.calc.Calc._.schema");
}

}  // namespace
}  // namespace fairlead::discovery
