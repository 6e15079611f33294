#include "telemetry/otlp.hpp"

#include <gtest/gtest.h>

#include "telemetry/proto_writer.hpp"

// That others can read what is written is tested with their own definitions:
// tests/interop/otlp_test.py.
namespace fairlead::telemetry {
namespace {

TEST(ProtoWriter, WritesEachTypeOfField) {
  ProtoWriter inner;
  inner.add_bytes(1, "hi");
  ProtoWriter writer;
  writer.add_number(1, 300);
  writer.add_fixed32(2, 1);
  writer.add_fixed64(3, 2);
  writer.add_double(4, 1.0);
  writer.add_message(16, inner);
  const std::string expected(
      "\x08\xac\x02"
      "\x15\x01\x00\x00\x00"
      "\x19\x02\x00\x00\x00\x00\x00\x00\x00"
      "\x21\x00\x00\x00\x00\x00\x00\xf0\x3f"
      "\x82\x01\x04\x0a\x02hi",
      33);
  EXPECT_EQ(writer.bytes(), expected);
}

TEST(Otlp, TextsThatAreNotUtf8DoNotSpoilTheBatch) {
  std::vector<std::unique_ptr<SpanData>> spans;
  spans.push_back(std::make_unique<SpanData>());
  spans.back()->name = "a\xff";
  const std::string bytes = encode_spans({}, spans);
  EXPECT_EQ(bytes.find('\xff'), std::string::npos);
  EXPECT_NE(bytes.find("a?"), std::string::npos);
}

TEST(Otlp, ReadsHowManySpansWereRejected) {
  EXPECT_EQ(rejected_spans(""), 0u);
  EXPECT_EQ(rejected_spans(std::string("\x0a\x02\x08\x07", 4)), 7u);
  EXPECT_EQ(rejected_spans(std::string("\x0a\x06\x12\x02no\x08\x07", 8)), 7u);
  EXPECT_EQ(rejected_spans(std::string("\x0a\x7f\x08", 3)), 0u);
  EXPECT_EQ(rejected_spans("{}"), 0u);
  EXPECT_EQ(rejected_spans(std::string(20, '\xff')), 0u);
}

}  // namespace
}  // namespace fairlead::telemetry
