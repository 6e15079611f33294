#include "wire/writer.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "wire/header_reader.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::wire {
namespace {

std::string publish(std::string_view subject, std::string_view reply, std::string_view header,
                    std::string_view payload) {
  ByteBuffer out;
  std::memcpy(append_publish(out, subject, reply, header, payload.size()), payload.data(),
              payload.size());
  return std::string(out.view());
}

TEST(Writer, Publish) {
  EXPECT_EQ(publish("a.b", "", "", "hi"), "PUB a.b 2\r\nhi\r\n");
  EXPECT_EQ(publish("a.b", "r", "", ""), "PUB a.b r 0\r\n\r\n");
  EXPECT_EQ(publish("a.b", "r", "NATS/1.0\r\n\r\n", "hi"),
            "HPUB a.b r 12 14\r\nNATS/1.0\r\n\r\nhi\r\n");
}

TEST(Writer, SubscribeAndUnsubscribe) {
  ByteBuffer out;
  append_subscribe(out, "a.*", "", 1);
  append_subscribe(out, "a.>", "q", 22);
  append_unsubscribe(out, 1);
  append_unsubscribe(out, 22, 5);
  EXPECT_EQ(out.view(), "SUB a.* 1\r\nSUB a.> q 22\r\nUNSUB 1\r\nUNSUB 22 5\r\n");
}

TEST(HeaderWriter, WritesWhatTheReaderReads) {
  HeaderWriter writer;
  EXPECT_EQ(writer.finish(), "");
  writer.add("grpc-timeout", "4900m");
  EXPECT_EQ(writer.finish(), "NATS/1.0\r\ngrpc-timeout: 4900m\r\n\r\n");
  writer.add("k", "");
  HeaderReader reader(writer.finish());
  EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.value(), "4900m");
  EXPECT_TRUE(reader.next());
  EXPECT_EQ(reader.key(), "k");
  EXPECT_FALSE(reader.next());
  EXPECT_TRUE(reader.valid());
  writer.clear();
  EXPECT_EQ(writer.finish(), "");
}

TEST(HeaderWriter, WhatMayStandInAHeader) {
  EXPECT_TRUE(is_valid_header_key("x-user-id"));
  EXPECT_FALSE(is_valid_header_key(""));
  EXPECT_FALSE(is_valid_header_key("a b"));
  EXPECT_FALSE(is_valid_header_key("a:b"));
  EXPECT_FALSE(is_valid_header_key("a\r\nb"));
  EXPECT_FALSE(is_valid_header_key("ä"));
  EXPECT_TRUE(is_valid_header_value("any text, ünïcode too"));
  EXPECT_FALSE(is_valid_header_value("a\r\nEvil: b"));
  EXPECT_FALSE(is_valid_header_value(" a"));
}

}  // namespace
}  // namespace fairlead::wire
