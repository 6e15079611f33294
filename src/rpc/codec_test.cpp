#include "rpc/codec.hpp"

#include <google/protobuf/api.pb.h>
#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

std::string failure(Encoding encoding, std::string_view payload) {
  google::protobuf::Method message;
  return std::string(message_of(decode(encoding, payload, message)));
}

TEST(Codec, ContentTypes) {
  Encoding encoding = Encoding::kProtobuf;
  EXPECT_TRUE(parse_content_type("application/json; charset=utf-8", encoding).ok());
  EXPECT_EQ(encoding, Encoding::kJson);
  EXPECT_TRUE(parse_content_type("Application/Protobuf", encoding).ok());
  EXPECT_EQ(encoding, Encoding::kProtobuf);
  EXPECT_FALSE(parse_content_type("text/plain", encoding).ok());
}

TEST(Codec, BothEncodingsRoundTrip) {
  google::protobuf::Method sent, received;
  sent.set_name("Jané");
  sent.set_request_streaming(true);
  EXPECT_TRUE(decode(Encoding::kProtobuf, sent.SerializeAsString(), received).ok());
  EXPECT_EQ(received.name(), "Jané");
  std::string json;
  EXPECT_TRUE(encode_json(sent, json).ok());
  received.set_request_type_url("old");
  EXPECT_TRUE(decode(Encoding::kJson, json, received).ok());
  EXPECT_EQ(received.DebugString(), sent.DebugString());
}

TEST(Codec, AnEmptyPayloadIsAnEmptyMessage) {
  google::protobuf::Method message;
  message.set_name("old");
  EXPECT_TRUE(decode(Encoding::kProtobuf, "", message).ok());
  EXPECT_EQ(message.name(), "");
}

TEST(Codec, BrokenProtobufIsNamedWithItsPlace) {
  EXPECT_EQ(
      failure(Encoding::kProtobuf,
              "\x0a\x05"
              "abc"),
      "the payload is no google.protobuf.Method: at byte 0, in field 1 (name): it should have "
      "5 bytes, but 3 are left");
  EXPECT_EQ(
      failure(Encoding::kProtobuf,
              "\x0a\x01"
              "a"
              "\x12\x02\xff\xff"),
      "the payload is no google.protobuf.Method: at byte 3, in field 2 (request_type_url): the "
      "text is not UTF-8");
  EXPECT_EQ(
      failure(Encoding::kProtobuf, "\x32\x02\x0a\x09"),
      "the payload is no google.protobuf.Method: at byte 2, in field 1 (name): it should have "
      "9 bytes, but 0 are left");
  EXPECT_EQ(
      failure(Encoding::kProtobuf, "hello"),
      "the payload is no google.protobuf.Method: at byte 2, in field 13: a group ends that never "
      "began");
  EXPECT_EQ(
      failure(Encoding::kProtobuf, std::string_view("\0", 1)),
      "the payload is no google.protobuf.Method: at byte 0: this is not the start of a field");
}

TEST(Codec, ACopyHoldsWhatTheBytesWould) {
  google::protobuf::Method from, to;
  from.set_name("new");
  to.set_request_type_url("old");
  EXPECT_TRUE(copy_message(from, to).ok());
  EXPECT_EQ(to.DebugString(), from.DebugString());
}

TEST(Codec, WhatIsOfAnotherClassIsCopiedByItsBytes) {
  google::protobuf::StringValue text;
  text.set_value("text");
  google::protobuf::BytesValue bytes;
  EXPECT_TRUE(copy_message(text, bytes).ok());
  EXPECT_EQ(bytes.value(), "text");
  bytes.set_value("\xff");
  EXPECT_EQ(message_of(copy_message(bytes, text)),
            "the payload is no google.protobuf.StringValue: at byte 0, in field 1 (value): the "
            "text is not UTF-8");
}

TEST(Codec, DynamicMessagesOfOneClassMayBeOfTwoTypes) {
  google::protobuf::DynamicMessageFactory factory;
  const auto make = [&factory](const google::protobuf::Descriptor* type) {
    return std::unique_ptr<google::protobuf::Message>(factory.GetPrototype(type)->New());
  };
  const auto text = make(google::protobuf::StringValue::descriptor());
  const auto method = make(google::protobuf::Method::descriptor());
  google::protobuf::StringValue value;
  value.set_value("name");
  EXPECT_TRUE(copy_message(value, *text).ok());
  EXPECT_TRUE(copy_message(*text, *method).ok());
  google::protobuf::Method received;
  EXPECT_TRUE(copy_message(*method, received).ok());
  EXPECT_EQ(received.name(), "name");
}

TEST(Codec, ACopyWithoutARequiredFieldIsRefused) {
  google::protobuf::UninterpretedOption::NamePart from, to;
  from.set_name_part("part");
  EXPECT_TRUE(absl::IsInvalidArgument(copy_message(from, to)));
  from.set_is_extension(true);
  EXPECT_TRUE(copy_message(from, to).ok());
}

TEST(Codec, BrokenJsonIsNamedWithItsPlace) {
  const std::string message = failure(Encoding::kJson, "{\"name\": nonsense}");
  EXPECT_NE(message.find("nonsense"), std::string::npos) << message;
  EXPECT_NE(failure(Encoding::kJson, "{\"nome\": \"x\"}").find("nome"), std::string::npos);
}

}  // namespace
}  // namespace fairlead::rpc
