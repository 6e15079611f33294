#include "app/servers.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace fairlead {
namespace {

/// A home with the context `here`, of user ann.
class ServersTest : public ::testing::Test {
 protected:
  ServersTest() {
    std::string pattern = ::testing::TempDir() + "serversXXXXXX";
    home_ = mkdtemp(pattern.data());
    setenv("XDG_CONFIG_HOME", home_.c_str(), 1);
    std::filesystem::create_directories(home_ / "nats" / "context");
    std::ofstream(home_ / "nats" / "context" / "here.json")
        << R"({"url":"nats://a","user":"ann","password":"x"})";
  }
  ~ServersTest() override { std::filesystem::remove_all(home_); }

  /// `user credentials-file` of what comes out.
  std::string chosen() {
    const auto options = choose_servers(settings_, environment_);
    return options.ok() ? options->user() + " " + options->credentials_file()
                        : std::string(options.status().message());
  }

  std::filesystem::path home_;
  Settings settings_;
  Environment environment_;
};

TEST_F(ServersTest, SettingsTakeThePlaceOfTheContext) {
  settings_.context = "here";
  environment_["NATS_CREDS"] = "nats.creds";
  EXPECT_EQ(chosen(), "ann ");
  settings_.access.creds = "own.creds";
  EXPECT_EQ(chosen(), " own.creds");
}

TEST_F(ServersTest, VariablesOfTheNatsCommandServeWhereNoContextIsSet) {
  environment_["NATS_CONTEXT"] = "here";
  EXPECT_EQ(chosen(), "ann ");
  environment_["NATS_CREDS"] = "nats.creds";
  EXPECT_EQ(chosen(), " nats.creds");
  settings_.access.nkey = "own.nk";
  EXPECT_EQ(chosen(), " ");
}

TEST_F(ServersTest, WhatCannotBeIsRefused) {
  settings_.nats = "nats://a";
  settings_.access.tls_cert = "c.pem";
  EXPECT_EQ(chosen(), "tls-cert and tls-key need each other, and one of them is not given");
}

}  // namespace
}  // namespace fairlead
