#include "rpc/call_number.hpp"

#include <string>

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

TEST(CallNumber, IsEightDigits) {
  EXPECT_EQ(CallNumber(0).text(), "00000000");
  EXPECT_EQ(CallNumber(0x1a2b3).text(), "0001a2b3");
  EXPECT_EQ(CallNumber(0xffffffff).text(), "ffffffff");
}

TEST(CallNumber, IsReadFromAnyPlaceInAHeader) {
  EXPECT_EQ(call_number_of("NATS/1.0\r\nfl-call: 0001a2b3\r\n\r\n"), "0001a2b3");
  EXPECT_EQ(call_number_of("NATS/1.0\r\nfl-call: 7\r\nuser: ann\r\n\r\n"), "7");
  EXPECT_EQ(call_number_of("NATS/1.0\r\nuser: ann\r\nFL-Call:  7 \r\n\r\n"), "7");
  EXPECT_EQ(call_number_of("NATS/1.0\r\nfl-call:  001a2b3\r\n\r\n"), "001a2b3");
  EXPECT_EQ(call_number_of("NATS/1.0\r\nfl-call: 0001a2b3 \r\n\r\n"), "0001a2b3");
}

TEST(CallNumber, MayBeMissing) {
  EXPECT_EQ(call_number_of(""), std::nullopt);
  EXPECT_EQ(call_number_of("NATS/1.0\r\nuser: ann\r\n\r\n"), std::nullopt);
  EXPECT_EQ(call_number_of("nonsense"), std::nullopt);
  EXPECT_EQ(call_number_of("NATS/1.0 503\r\n\r\n"), std::nullopt);
}

TEST(CallNumber, OfACallerIsSentBackIfItIsShortAndVisible) {
  EXPECT_TRUE(is_call_number("7"));
  EXPECT_TRUE(is_call_number("a-number:of_another/kind"));
  EXPECT_TRUE(is_call_number(std::string(64, 'x')));
  EXPECT_FALSE(is_call_number(std::string(65, 'x')));
  for (const std::string_view text : {"", "a b", "a\nb", "a\rb", "caf\xc3\xa9"}) {
    EXPECT_FALSE(is_call_number(text)) << text;
  }
  EXPECT_FALSE(is_call_number(std::string_view("a\0b", 3)));
}

TEST(CallNumber, StandsAloneInMostReplies) {
  EXPECT_TRUE(is_only_call_number("NATS/1.0\r\nfl-call: 0001a2b3\r\n\r\n"));
  EXPECT_FALSE(is_only_call_number("NATS/1.0\r\nfl-call: 0001a2b3\r\na: b\r\n\r\n"));
  EXPECT_FALSE(is_only_call_number("NATS/1.0\r\nfl-call: 1\r\n\r\n"));
  EXPECT_FALSE(is_only_call_number(""));
}

}  // namespace
}  // namespace fairlead::rpc
