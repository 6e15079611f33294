#include "middleware/validation/message_rules.hpp"

#include <limits>

#include <google/protobuf/descriptor.pb.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "fairlead/status.pb.h"

#include "core/strings.hpp"

namespace fairlead::middleware {
namespace {

namespace protobuf = google::protobuf;

/// Types made of a FileDescriptorProto in text form.
class Types {
 public:
  explicit Types(const std::string& messages) {
    protobuf::FileDescriptorProto file;
    const std::string text = "name: 'test.proto' package: 'test' syntax: 'proto3' " + messages;
    EXPECT_TRUE(protobuf::TextFormat::ParseFromString(text, &file));
    EXPECT_NE(pool_.BuildFile(file), nullptr);
  }

  const protobuf::Descriptor& type(const std::string& name) const {
    return *pool_.FindMessageTypeByName("test." + name);
  }
  std::unique_ptr<protobuf::Message> message(const std::string& name, const std::string& text) {
    std::unique_ptr<protobuf::Message> made(factory_.GetPrototype(&type(name))->New());
    EXPECT_TRUE(protobuf::TextFormat::ParseFromString(text, made.get())) << text;
    return made;
  }

 private:
  protobuf::DescriptorPool pool_{protobuf::DescriptorPool::generated_pool()};
  protobuf::DynamicMessageFactory factory_{&pool_};
};

std::string field(const std::string& name, int number, const std::string& type,
                  const std::string& rules, const std::string& rest = "label: LABEL_OPTIONAL") {
  return "field { name: '" + name + "' number: " + std::to_string(number) + " type: TYPE_" + type +
         " " + rest + (rules.empty() ? "" : " options { [fairlead.field] { " + rules + " } }") +
         " } ";
}

/// All violations of a message of one type, M.
std::string violations(const std::string& fields, const std::string& text) {
  Types types("message_type { name: 'M' " + fields + " }");
  const MessageRules rules(types.type("M"));
  EXPECT_EQ(rules.fault(), "");
  std::string all;
  for (const Violation& violation : rules.check(*types.message("M", text))) {
    all += (all.empty() ? "" : "; ") + violation.field + " " + violation.text;
  }
  return all;
}

std::string fault(const std::string& one_field) {
  Types types("message_type { name: 'M' " + one_field + " }");
  return MessageRules(types.type("M")).fault();
}

TEST(MessageRules, RequireWhatIsThere) {
  const std::string fields = field("text", 1, "STRING", "required: true") +
                             field("number", 2, "INT32", "required: true") +
                             field("list", 3, "INT32", "required: true", "label: LABEL_REPEATED");
  EXPECT_EQ(violations(fields, ""), "text is required; number is required; list is required");
  EXPECT_EQ(violations(fields, "text: 'x' number: 1 list: 0"), "");
}

TEST(MessageRules, KnowRangesOfNumbers) {
  const std::string closed = field("n", 1, "INT64", "min: -3 max: 5");
  EXPECT_EQ(violations(closed, "n: -3"), "");
  EXPECT_EQ(violations(closed, "n: 5"), "");
  EXPECT_EQ(violations(closed, "n: -4"), "n must be at least -3, is -4");
  EXPECT_EQ(violations(closed, "n: 6"), "n must be at most 5, is 6");
  const std::string open = field("n", 1, "DOUBLE", "above: 0 below: 1");
  EXPECT_EQ(violations(open, "n: 0.5"), "");
  EXPECT_EQ(violations(open, ""), "n must be more than 0, is 0");
  EXPECT_EQ(violations(open, "n: 1"), "n must be less than 1, is 1");
  EXPECT_EQ(violations(open, "n: nan"), "n must be more than 0, is nan");
  // Beyond what a double holds.
  const std::string large = field("n", 1, "UINT64", "max: 9007199254740992");
  EXPECT_EQ(violations(large, "n: 9007199254740992"), "");
  EXPECT_EQ(violations(large, "n: 9007199254740993"),
            "n must be at most 9.0072e+15, is 9007199254740993");
}

TEST(MessageRules, KnowLengthsAndPatterns) {
  const std::string text = field("t", 1, "STRING", "min_length: 2 max_length: 3");
  EXPECT_EQ(violations(text, "t: 'äöü'"), "");
  EXPECT_EQ(violations(text, "t: 'abcd'"), "t must have at most 3 characters, has 4");
  EXPECT_EQ(violations(text, ""), "t must have at least 2 characters, has 0");
  EXPECT_EQ(violations(field("b", 1, "BYTES", "max_length: 3"), "b: 'äö'"),
            "b must have at most 3 bytes, has 4");
  const std::string pattern = field("t", 1, "STRING", "pattern: '^[a-z]+$'");
  EXPECT_EQ(violations(pattern, "t: 'rope'"), "");
  EXPECT_EQ(violations(pattern, "t: 'Rope'"), "t must match ^[a-z]+$");
}

TEST(MessageRules, LookAtEachElementOfAList) {
  const std::string list =
      field("n", 1, "INT32", "min_items: 1 max_items: 3 min: 0", "label: LABEL_REPEATED");
  EXPECT_EQ(violations(list, "n: 1 n: 2"), "");
  EXPECT_EQ(violations(list, ""), "n must have at least 1 items, has 0");
  EXPECT_EQ(violations(list, "n: [1, -1, 2, -2]"),
            "n must have at most 3 items, has 4; n[1] must be at least 0, is -1; "
            "n[3] must be at least 0, is -2");
}

TEST(MessageRules, LeaveWhatIsNotThereAlone) {
  const std::string optional = field("n", 1, "INT32", "min: 1",
                                     "label: LABEL_OPTIONAL proto3_optional: true oneof_index: 0") +
                               "oneof_decl { name: '_n' } ";
  EXPECT_EQ(violations(optional, ""), "");
  EXPECT_EQ(violations(optional, "n: 0"), "n must be at least 1, is 0");
}

TEST(MessageRules, GoIntoMessages) {
  Types types("message_type { name: 'Tree' " + field("size", 1, "INT32", "min: 1") +
              field("branches", 2, "MESSAGE", "", "label: LABEL_REPEATED type_name: '.test.Tree'") +
              field("root", 3, "MESSAGE", "", "label: LABEL_OPTIONAL type_name: '.test.Tree'") +
              "} message_type { name: 'Free' " +
              field("self", 1, "MESSAGE", "", "label: LABEL_OPTIONAL type_name: '.test.Free'") +
              field("text", 2, "STRING", "") + "}");
  const MessageRules rules(types.type("Tree"));
  EXPECT_FALSE(rules.empty());
  const auto found = rules.check(
      *types.message("Tree", "size: 1 branches { size: 2 } branches { size: 1 root { size: 0 } }"));
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].field, "branches[1].root.size");
  EXPECT_TRUE(MessageRules(types.type("Free")).empty());
}

TEST(MessageRules, NameSoManyViolationsAndNoMore) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += "n: -1 ";
  Types types("message_type { name: 'M' " +
              field("n", 1, "INT32", "min: 0", "label: LABEL_REPEATED") + " }");
  const MessageRules rules(types.type("M"));
  EXPECT_EQ(rules.check(*types.message("M", text)).size(), MessageRules::kMost);
}

TEST(MessageRules, NameWhatIsWrongWithRules) {
  const std::string of_n = "the rules of test.M.n: ";
  EXPECT_EQ(fault(field("n", 1, "STRING", "min: 1")),
            of_n + "min, max, above and below are for numbers");
  EXPECT_EQ(fault(field("n", 1, "INT32", "min_length: 1")),
            of_n + "min_length and max_length are for texts and bytes");
  EXPECT_EQ(fault(field("n", 1, "BYTES", "pattern: 'a'")), of_n + "pattern is for texts");
  EXPECT_EQ(fault(field("n", 1, "INT32", "max_items: 1")),
            of_n + "min_items and max_items are for repeated fields and maps");
  EXPECT_EQ(fault(field("n", 1, "INT32", "min: 3 max: 2")), of_n + "no number lies in the range");
  EXPECT_EQ(fault(field("n", 1, "INT32", "above: 2 max: 2")), of_n + "no number lies in the range");
  EXPECT_EQ(fault(field("n", 1, "INT32", "min: 2 max: 2")), "");
  EXPECT_EQ(fault(field("n", 1, "INT32", "min: 1 above: 2")),
            of_n + "min and above exclude each other");
  EXPECT_EQ(fault(field("n", 1, "DOUBLE", "max: nan")), of_n + "a bound is not a number");
  EXPECT_EQ(fault(field("n", 1, "STRING", "min_length: 3 max_length: 2")),
            of_n + "min_length is 3 and max_length 2");
  EXPECT_EQ(fault(field("n", 1, "STRING", "pattern: '('")),
            of_n + "the pattern is no regular expression of RE2: missing ): (");
}

TEST(MessageRules, TellViolationsByDetailsToo) {
  Types types("message_type { name: 'M' }");
  const absl::Status status = violations_error(types.type("M"), {{"a.b", "is required"}});
  EXPECT_EQ(std::string(message_of(status)), "test.M: a.b is required");
  const auto payload = status.GetPayload("type.googleapis.com/google.rpc.BadRequest");
  ASSERT_TRUE(payload);
  wire::BadRequest detail;
  ASSERT_TRUE(detail.ParseFromString(std::string(*payload)));
  EXPECT_EQ(detail.field_violations(0).field(), "a.b");
  EXPECT_EQ(detail.field_violations(0).description(), "is required");
}

}  // namespace
}  // namespace fairlead::middleware
