#include "app/config_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fairlead {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What a file sets, as `name=value` lines, or the error.
std::string read(const std::string& text) {
  const auto given = parse_config(text, "calc.yaml");
  if (!given.ok()) return std::string(given.status().message());
  std::string result;
  for (const GivenSetting& one : *given) {
    result += std::string(one.setting->name) + "=" + one.value + " at " + one.place + "\n";
  }
  return result;
}

TEST(ConfigFile, HasTheNamesOfTheFlags) {
  EXPECT_EQ(read("# how calc runs\n"
                 "nats: nats://a:4222\n"
                 "\n"
                 "log-level: \"debug\"\n"
                 "loops: 2\n"),
            "nats=nats://a:4222 at calc.yaml:2: nats\n"
            "log-level=debug at calc.yaml:4: log-level\n"
            "loops=2 at calc.yaml:5: loops\n");
}

TEST(ConfigFile, AListIsAsGoodAsCommas) {
  EXPECT_EQ(read("only:\n  - Average\n  - Add\nnats: [nats://a:1, nats://b:2]\n"),
            "only=Average,Add at calc.yaml:1: only\n"
            "nats=nats://a:1,nats://b:2 at calc.yaml:4: nats\n");
}

TEST(ConfigFile, NothingInItSetsNothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "{}\n"}) {
    EXPECT_EQ(read(text), "") << text;
  }
}

TEST(ConfigFile, AnUnknownKeyIsNamedWithTheNearest) {
  EXPECT_EQ(read("loops: 1\nlog_level: debug\n"),
            "calc.yaml:2: unknown key \"log_level\"; do you mean \"log-level\"?");
  EXPECT_THAT(
      read("bananas: 3\n"),
      StartsWith("calc.yaml:1: unknown key \"bananas\"; known are nats, context, creds, nkey,"));
  EXPECT_EQ(read("config: other.yaml\n"), "calc.yaml:1: config cannot be set in the file itself");
}

TEST(ConfigFile, AKeyGivenTwiceIsAnError) {
  EXPECT_EQ(read("loops: 1\nworkers: 2\nloops: 3\n"),
            "calc.yaml:3: loops is given a second time; the first is at calc.yaml:1");
}

TEST(ConfigFile, WhatIsNotAValueIsAnError) {
  EXPECT_EQ(read("loops:\n"), "calc.yaml:1: loops has no value");
  EXPECT_EQ(read("loops: {a: 1}\n"), "calc.yaml:1: loops must be a value or a list of values");
  EXPECT_EQ(read("only: []\n"), "calc.yaml:1: only must be a value or a list of values");
  EXPECT_EQ(read("only: [[a]]\n"), "calc.yaml:1: only must be a value or a list of values");
  EXPECT_EQ(read("[a]: 1\n"), "calc.yaml:1: a key must be a name such as `loops`");
}

TEST(ConfigFile, WhatIsNotAListOfSettingsIsAnError) {
  EXPECT_EQ(read("just text\n"), "calc.yaml:1: lines such as `loops: 2` are expected");
  EXPECT_EQ(read("- loops\n"), "calc.yaml:1: lines such as `loops: 2` are expected");
  EXPECT_THAT(read("loops: 1\nworkers: [1, 2\n"), HasSubstr("not YAML"));
  EXPECT_THAT(read("loops: 1\n  workers: 2\n"), StartsWith("calc.yaml:2: not YAML: "));
  EXPECT_THAT(read("loops: 1\n---\nworkers: 2\n"), HasSubstr("second YAML document"));
  EXPECT_THAT(read(std::string("\x7f"
                               "ELF\x02\x01\0\0\xff\xfe",
                               10)),
              StartsWith("calc.yaml"));
  EXPECT_THAT(read(std::string(100'000, '[')), StartsWith("calc.yaml"));
}

}  // namespace
}  // namespace fairlead
