#include "cli/sample_message.hpp"

#include <google/protobuf/any.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/timestamp.pb.h>
#include <gtest/gtest.h>

#include "cli/message_json.hpp"

namespace fairlead::cli {
namespace {

constexpr char kFile[] = R"(
  name: "sample.proto" package: "s" syntax: "proto3" dependency: "google/protobuf/struct.proto"
  dependency: "google/protobuf/timestamp.proto" dependency: "google/protobuf/any.proto"
  enum_type { name: "Colour" value { name: "NONE" number: 0 } value { name: "RED" number: 7 } }
  message_type {
    name: "All"
    field { name: "number" number: 3 type: TYPE_SINT64 label: LABEL_OPTIONAL }
    field { name: "ratio" number: 4 type: TYPE_FLOAT label: LABEL_REPEATED }
    field { name: "sure" number: 5 type: TYPE_BOOL label: LABEL_OPTIONAL }
    field { name: "text" number: 6 type: TYPE_STRING label: LABEL_OPTIONAL }
    field { name: "names" number: 7 type: TYPE_STRING label: LABEL_REPEATED }
    field { name: "colour" number: 8 type: TYPE_ENUM type_name: ".s.Colour" label: LABEL_OPTIONAL }
    field { name: "self" number: 9 type: TYPE_MESSAGE type_name: ".s.All" label: LABEL_REPEATED }
    field { name: "left" number: 10 type: TYPE_UINT32 label: LABEL_OPTIONAL oneof_index: 0 }
    field { name: "right" number: 11 type: TYPE_UINT32 label: LABEL_OPTIONAL oneof_index: 0 }
    field { name: "at" number: 12 type: TYPE_MESSAGE type_name: ".google.protobuf.Timestamp"
            label: LABEL_OPTIONAL }
    field { name: "any" number: 13 type: TYPE_MESSAGE type_name: ".google.protobuf.Any"
            label: LABEL_OPTIONAL }
    field { name: "ages" number: 14 type: TYPE_MESSAGE type_name: ".s.All.AgesEntry"
            label: LABEL_REPEATED }
    oneof_decl { name: "side" }
    nested_type {
      name: "AgesEntry" options { map_entry: true }
      field { name: "key" number: 1 type: TYPE_STRING label: LABEL_OPTIONAL }
      field { name: "value" number: 2 type: TYPE_INT32 label: LABEL_OPTIONAL }
    }
  })";

TEST(SampleMessage, FillsEveryKindOfField) {
  google::protobuf::FileDescriptorProto file;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(kFile, &file));
  // They are known to the pool once something uses them.
  google::protobuf::Any::descriptor();
  google::protobuf::Timestamp::descriptor();
  google::protobuf::DescriptorPool pool(google::protobuf::DescriptorPool::generated_pool());
  const auto* built = pool.BuildFile(file);
  ASSERT_NE(built, nullptr);
  google::protobuf::DynamicMessageFactory factory;
  const auto message = sample_message(*built->message_type(0), factory);
  EXPECT_EQ(*message_to_json(*message),
            R"({"number":"3","ratio":[4.5,5.5],"sure":true,"text":"text",)"
            R"("names":["names-0","names-1"],"colour":"RED","self":[],"any":{},)"
            R"("ages":{"key-0":2,"key-1":2},"left":10,"at":"2024-01-01T00:00:00Z"})");
}

TEST(SampleMessage, EndsWhereTypesHoldThemselves) {
  google::protobuf::DynamicMessageFactory factory;
  for (const auto* type :
       {google::protobuf::FileDescriptorSet::descriptor(), google::protobuf::Struct::descriptor(),
        google::protobuf::Value::descriptor()}) {
    const auto message = sample_message(*type, factory);
    EXPECT_TRUE(message->IsInitialized()) << type->full_name();
    EXPECT_LT(message->ByteSizeLong(), 100'000u) << type->full_name();
  }
}

}  // namespace
}  // namespace fairlead::cli
