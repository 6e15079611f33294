#include "cli/json_feed.hpp"

#include <gtest/gtest.h>

#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

/// What next() says, as a line of a transcript.
std::string next(JsonFeed& feed) {
  const auto value = feed.next();
  if (!value.ok()) return std::string(message_of(value.status()).substr(0, 11));
  return *value ? **value : "-";
}

TEST(JsonFeed, GivesEachLineAsItComes) {
  JsonFeed feed("in");
  EXPECT_EQ(next(feed), "-");
  feed.add("{\"a\":1}\n{\"a\"");
  EXPECT_EQ(next(feed), "{\"a\":1}");
  EXPECT_EQ(next(feed), "-");
  feed.add(":2}\r\n\n3\n");
  EXPECT_EQ(next(feed), "{\"a\":2}");
  EXPECT_EQ(next(feed), "3");
  EXPECT_EQ(next(feed), "-");
  feed.add("{}");
  EXPECT_EQ(next(feed), "-");  // it may go on
  feed.end();
  EXPECT_EQ(next(feed), "{}");
  EXPECT_EQ(next(feed), "-");
}

TEST(JsonFeed, TakesValuesOverManyLines) {
  JsonFeed feed("in");
  feed.add("{\n \"a\": \"}\\\"{\"\n");
  EXPECT_EQ(next(feed), "-");
  feed.add("}\n[1,\n2]\n");
  EXPECT_EQ(next(feed), "{\n \"a\": \"}\\\"{\"\n}");
  EXPECT_EQ(next(feed), "[1,\n2]");
}

TEST(JsonFeed, NamesTheLineThatIsWrong) {
  JsonFeed feed("in");
  feed.add("{}\n{\"a\":}\n{\"a\n{\n{}\n");
  EXPECT_EQ(next(feed), "{}");
  EXPECT_EQ(next(feed), "in:2: not J");
  EXPECT_EQ(next(feed), "in:3: not J");
  EXPECT_EQ(next(feed), "-");
  feed.end();
  EXPECT_EQ(next(feed), "in:4: not J");  // where what does not end begins
  EXPECT_EQ(next(feed), "-");
}

}  // namespace
}  // namespace fairlead::cli
