#include "cli/connect.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace fairlead::cli {
namespace {

/// A home with contexts a (selected) and b, and an environment without NATS.
class ConnectOptionsTest : public ::testing::Test {
 protected:
  ConnectOptionsTest() {
    std::string pattern = ::testing::TempDir() + "connectXXXXXX";
    home_ = mkdtemp(pattern.data());
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    for (const char* name : {"FAIRLEAD_NATS", "FAIRLEAD_CONTEXT", "FAIRLEAD_CREDS",
                             "FAIRLEAD_TLS_FIRST", "NATS_URL", "NATS_CONTEXT", "NATS_CREDS"}) {
      unsetenv(name);
    }
    std::filesystem::create_directories(home_ / "nats" / "context");
    write("context/a.json", R"({"url":"nats://a","user":"ann","password":"x"})");
    write("context/b.json", R"({"url":"nats://b","user":"bob","password":"x"})");
  }
  ~ConnectOptionsTest() override { std::filesystem::remove_all(home_); }

  void write(const std::string& path, const std::string& text) {
    std::ofstream(home_ / "nats" / path) << text;
  }
  /// `user@url` of the options that come out.
  std::string chosen(const std::string& nats, const std::string& context) {
    ConnectionFlags flags;
    flags.nats = nats;
    flags.context = context;
    const auto options = connect_options(flags);
    return options.ok() ? options->user() + "@" + options->url() : "error";
  }

  std::filesystem::path home_;
};

TEST_F(ConnectOptionsTest, DefaultsToThisMachine) {
  EXPECT_EQ(chosen("", ""), "@nats://127.0.0.1:4222");
}

TEST_F(ConnectOptionsTest, TakesTheSelectedContext) {
  write("context.txt", "a");
  EXPECT_EQ(chosen("", ""), "ann@nats://a");
  EXPECT_EQ(chosen("", "b"), "bob@nats://b");
  setenv("NATS_CONTEXT", "b", 1);
  EXPECT_EQ(chosen("", ""), "bob@nats://b");
}

TEST_F(ConnectOptionsTest, TheFirstPlaceThatSaysAnythingHolds) {
  write("context.txt", "a");
  setenv("NATS_CONTEXT", "b", 1);
  setenv("NATS_URL", "nats://environment", 1);
  EXPECT_EQ(chosen("", ""), "@nats://environment");
  setenv("FAIRLEAD_CONTEXT", "a", 1);
  EXPECT_EQ(chosen("", ""), "ann@nats://a");
  EXPECT_EQ(chosen("", "b"), "bob@nats://b");
  EXPECT_EQ(chosen("nats://flag", ""), "@nats://flag");
  unsetenv("FAIRLEAD_CONTEXT");
  setenv("FAIRLEAD_NATS", "nats://own", 1);
  EXPECT_EQ(chosen("", ""), "@nats://own");
}

TEST_F(ConnectOptionsTest, RefusesTwoAnswersFromOnePlace) {
  EXPECT_EQ(chosen("nats://flag", "a"), "error");
  setenv("FAIRLEAD_NATS", "nats://own", 1);
  setenv("FAIRLEAD_CONTEXT", "a", 1);
  EXPECT_EQ(chosen("", ""), "error");
  EXPECT_EQ(chosen("", "b"), "bob@nats://b");
}

TEST_F(ConnectOptionsTest, KeysComeFromFlagsThenTheEnvironmentThenTheContext) {
  const auto creds = [](const std::string& flag, const std::string& context = "a") {
    ConnectionFlags flags;
    flags.context = context;
    flags.access.creds = flag;
    const auto options = connect_options(flags);
    return options.ok() ? options->user() + "@" + options->credentials_file() : "error";
  };
  EXPECT_EQ(creds(""), "ann@");
  setenv("NATS_CREDS", "nats.creds", 1);
  EXPECT_EQ(creds(""), "ann@") << "the context was asked for";
  EXPECT_EQ(creds("", ""), "@nats.creds");
  setenv("FAIRLEAD_CREDS", "own.creds", 1);
  EXPECT_EQ(creds(""), "@own.creds");
  EXPECT_EQ(creds("flag.creds"), "@flag.creds");
}

TEST_F(ConnectOptionsTest, TlsFirstIsASwitch) {
  setenv("FAIRLEAD_TLS_FIRST", "true", 1);
  EXPECT_TRUE(connect_options(ConnectionFlags())->tls()->first());
  setenv("FAIRLEAD_TLS_FIRST", "yes", 1);
  EXPECT_FALSE(connect_options(ConnectionFlags()).ok());
}

TEST_F(ConnectOptionsTest, RefusesAContextThatIsNotThere) {
  EXPECT_EQ(chosen("", "c"), "error");
}

}  // namespace
}  // namespace fairlead::cli
