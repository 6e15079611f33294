#include "wire/header_reader.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::wire {
namespace {

std::string show(std::string_view block) {
  HeaderReader reader(block);
  std::string text = concat(reader.status(), "[", reader.description(), "]");
  while (reader.next()) append(text, " ", reader.key(), "=", reader.value());
  if (!reader.valid()) text += " invalid";
  return text;
}

TEST(HeaderReader, KeysAndValues) {
  EXPECT_EQ(show("NATS/1.0\r\nA: 1\r\nb:2 \r\nC:   x y  \r\nD:\r\n\r\n"), "0[] A=1 b=2 C=x y D=");
  EXPECT_EQ(show(""), "0[]");
  EXPECT_EQ(show("NATS/1.0\r\n\r\n"), "0[]");
}

TEST(HeaderReader, RepeatedKeysAndColonsInValues) {
  EXPECT_EQ(show("NATS/1.0\r\nk: a\r\nk: b:c\r\n\r\n"), "0[] k=a k=b:c");
}

TEST(HeaderReader, StatusLine) {
  EXPECT_EQ(show("NATS/1.0 503\r\n\r\n"), "503[]");
  EXPECT_EQ(show("NATS/1.0 503\r\nNats-Subject: a.b\r\n\r\n"), "503[] Nats-Subject=a.b");
  EXPECT_EQ(show("NATS/1.0 409 Consumer Deleted\r\n\r\n"), "409[Consumer Deleted]");
  EXPECT_EQ(show("NATS/1.0   100 Idle Heartbeat \r\n\r\n"), "100[Idle Heartbeat]");
}

TEST(HeaderReader, RefusesWhatIsNoHeaderBlock) {
  EXPECT_EQ(show("HTTP/1.1\r\n\r\n"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0x\r\n\r\n"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0\r\nno colon\r\n\r\n"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0\r\n: v\r\n\r\n"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0\r\na: b"), "0[] invalid");
  EXPECT_EQ(show("NATS/1.0\r\n\r\nrest"), "0[] invalid");
}

}  // namespace
}  // namespace fairlead::wire
