#include "cli/completion.hpp"

#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_line.hpp"

namespace fairlead::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;
using Words = std::vector<std::string>;

class CompletionTest : public ::testing::Test {
 protected:
  CompletionTest() { add_commands(line_); }

  Words after(const Words& words) {
    LiveNames live;
    live.services = [this] {
      ++asked_;
      return Words{"calc.Calc", "calc.Calc", "users.Users", "$(reboot)"};
    };
    live.methods = [this] {
      ++asked_;
      return Words{"calc.Calc.Add", "calc.Calc.Average", "users.Users.Get", "x.Y.`reboot`"};
    };
    return complete(line_.app, words, live);
  }

  CommandLine line_;
  int asked_ = 0;
};

TEST_F(CompletionTest, KnowsTheCommands) {
  EXPECT_THAT(after({""}), IsSupersetOf({"bench", "call", "completion", "gen", "info", "ls", "ping",
                                         "schema", "server", "stats"}));
  EXPECT_THAT(after({}), Contains("ls"));
  EXPECT_THAT(after({""}), Not(Contains("__complete")));
  EXPECT_THAT(after({"ca"}), ElementsAre("call"));
  EXPECT_EQ(asked_, 0);
}

TEST_F(CompletionTest, KnowsTheFlagsOfACommand) {
  EXPECT_THAT(after({"stats", "--w"}), ElementsAre("--watch"));
  EXPECT_THAT(after({"call", "--"}),
              IsSupersetOf({"--count", "--header", "--help", "--json", "--nats", "--timeout"}));
  EXPECT_EQ(asked_, 0);
}

TEST_F(CompletionTest, KnowsTheValuesOfAFlag) {
  EXPECT_THAT(after({"top", "--sort", ""}),
              ElementsAre("errors", "in-flight", "name", "p99", "rate"));
  EXPECT_THAT(after({"top", "--by", "m"}), ElementsAre("method"));
  EXPECT_THAT(after({"schema", "--format", "p"}), ElementsAre("proto"));
}

TEST_F(CompletionTest, AsksForServicesAndMethodsThatRun) {
  EXPECT_THAT(after({"info", "c"}), ElementsAre("calc.Calc"));
  EXPECT_THAT(after({"call", "calc.Calc.A"}), ElementsAre("calc.Calc.Add", "calc.Calc.Average"));
  EXPECT_THAT(after({"call", "--json", "--nats", "nats://x", "u"}), ElementsAre("users.Users.Get"));
  EXPECT_THAT(after({"bench", "--rate", "5", "u"}), ElementsAre("users.Users.Get"));
}

TEST_F(CompletionTest, NeverOffersWhatAShellWouldRun) {
  EXPECT_THAT(after({"info", ""}), ElementsAre("calc.Calc", "users.Users"));
  EXPECT_THAT(after({"call", "x"}), IsEmpty());
}

TEST_F(CompletionTest, KnowsTheValuesOfChoices) {
  EXPECT_THAT(after({"schema", "calc.Calc", "--format", ""}),
              ElementsAre("binary", "json", "proto"));
  EXPECT_THAT(after({"completion", ""}), ElementsAre("bash", "fish", "zsh"));
  EXPECT_THAT(after({"ls", "--nats", ""}), IsEmpty());
  EXPECT_THAT(after({"call", "calc.Calc.Add", ""}), IsEmpty());
}

TEST(CompletionScript, IsValidForTheShellsThatAreHere) {
  for (const std::string shell : {"bash", "zsh", "fish"}) {
    const std::string script = completion_script(shell);
    EXPECT_THAT(script, ::testing::HasSubstr("fairlead __complete --")) << shell;
    const std::string path = ::testing::TempDir() + "completion." + shell;
    std::ofstream(path) << script;
    if (std::system(("command -v " + shell + " > /dev/null").c_str()) != 0) continue;
    EXPECT_EQ(std::system((shell + " -n " + path).c_str()), 0) << shell;
  }
}

}  // namespace
}  // namespace fairlead::cli
