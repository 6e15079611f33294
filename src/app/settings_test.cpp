#include "app/settings.hpp"

#include <cctype>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/environment.hpp"

namespace fairlead {
namespace {

using testing::HasSubstr;
using testing::Not;

GivenSetting flag(const std::string& name, const std::string& value) {
  return {find_setting(name), value, "--" + name};
}

std::string error_of(const std::vector<std::vector<GivenSetting>>& sources) {
  return std::string(resolve_settings(sources).status().message());
}

TEST(Settings, EveryNameVariableAndDefaultIsInOrder) {
  for (const Setting& setting : all_settings()) {
    std::string variable = "FAIRLEAD_";
    for (const char letter : setting.name) {
      variable += letter == '-' ? '_' : static_cast<char>(std::toupper(letter));
    }
    EXPECT_EQ(setting.variable, variable);
    Settings settings;
    if (!setting.standard.empty()) {
      EXPECT_TRUE(setting.read(std::string(setting.standard), settings)) << setting.name;
    }
  }
}

TEST(Settings, Defaults) {
  const auto settings = resolve_settings({});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->nats, "");
  EXPECT_EQ(settings->context, "");
  EXPECT_EQ(settings->access.creds, "");
  EXPECT_FALSE(settings->access.tls_first);
  EXPECT_TRUE(settings->only.empty());
  EXPECT_EQ(settings->loops, 1);
  EXPECT_EQ(settings->workers, 16);
  EXPECT_EQ(settings->concurrency, std::nullopt);
  EXPECT_EQ(settings->prefix, std::nullopt);
  EXPECT_EQ(settings->log_levels, LogLevelChoice());
  EXPECT_EQ(settings->request_log, std::nullopt);
  EXPECT_EQ(settings->request_log_payloads, 0u);
  EXPECT_EQ(settings->log_format, LogFormat::kText);
  EXPECT_FALSE(settings->metrics);
  EXPECT_EQ(settings->stop_timeout, std::chrono::seconds(30));
}

TEST(Settings, EachIsRead) {
  const auto settings = resolve_settings(
      {{flag("nats", "nats://a:1,b:2"), flag("only", "Average,Add"), flag("loops", "3"),
        flag("workers", "5"), flag("concurrency", "7"), flag("prefix", "eu"),
        flag("log-level", "warning"), flag("log-format", "json"), flag("stop-timeout", "500ms"),
        flag("creds", "a.creds"), flag("tls-ca", "ca.pem"), flag("tls-cert", "c.pem"),
        flag("tls-key", "k.pem"), flag("tls-first", "true"), flag("metrics", "localhost:9464"),
        flag("request-log", "0.5"), flag("request-log-payloads", "200")}});
  ASSERT_TRUE(settings.ok()) << settings.status();
  EXPECT_EQ(settings->nats, "nats://a:1,b:2");
  EXPECT_EQ(settings->access.creds, "a.creds");
  EXPECT_EQ(settings->access.tls_ca, "ca.pem");
  EXPECT_EQ(settings->access.tls_cert, "c.pem");
  EXPECT_EQ(settings->access.tls_key, "k.pem");
  EXPECT_TRUE(settings->access.tls_first);
  EXPECT_EQ(settings->only, (std::vector<std::string>{"Average", "Add"}));
  EXPECT_EQ(settings->loops, 3);
  EXPECT_EQ(settings->workers, 5);
  EXPECT_EQ(settings->concurrency, 7);
  EXPECT_EQ(settings->prefix, "eu");
  EXPECT_EQ(settings->log_levels.all, LogLevel::kWarning);
  EXPECT_EQ(settings->log_format, LogFormat::kJson);
  ASSERT_TRUE(settings->metrics);
  EXPECT_EQ(to_string(*settings->metrics), "localhost:9464");
  EXPECT_EQ(settings->request_log, 0.5);
  EXPECT_EQ(settings->request_log_payloads, 200u);
  EXPECT_EQ(settings->stop_timeout, std::chrono::milliseconds(500));
}

TEST(Settings, LaterSourcesWin) {
  const auto settings = resolve_settings(
      {{flag("loops", "2"), flag("workers", "2")}, {flag("loops", "3")}, {flag("prefix", "")}});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->loops, 3);
  EXPECT_EQ(settings->workers, 2);
  EXPECT_EQ(settings->prefix, "");
}

TEST(Settings, AServerAndAContextReplaceEachOther) {
  const auto context = resolve_settings({{flag("nats", "a:1")}, {flag("context", "production")}});
  ASSERT_TRUE(context.ok());
  EXPECT_EQ(context->nats, "");
  EXPECT_EQ(context->context, "production");
  const auto nats = resolve_settings({{flag("context", "production")}, {flag("nats", "a:1")}});
  ASSERT_TRUE(nats.ok());
  EXPECT_EQ(nats->nats, "a:1");
  EXPECT_EQ(nats->context, "");
  EXPECT_EQ(error_of({{flag("nats", "a:1"), flag("context", "production")}}),
            "--nats and --context both say which servers to connect to; give one of them");
}

TEST(Settings, CredentialsAndAnNKeyReplaceEachOther) {
  const auto settings = resolve_settings({{flag("creds", "a.creds")}, {flag("nkey", "b.nk")}});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->access.creds, "");
  EXPECT_EQ(settings->access.nkey, "b.nk");
  EXPECT_EQ(error_of({{flag("creds", "a"), flag("nkey", "b")}}),
            "--creds and --nkey both say who connects; give one of them");
  EXPECT_EQ(error_of({{flag("tls-first", "yes")}}), "--tls-first: \"yes\" is not true or false");
}

TEST(Settings, AWrongValueIsNamedWithItsPlaceAndWhatWasExpected) {
  EXPECT_EQ(error_of({{flag("direct", ":65535"), flag("loops", "2")}}),
            "each loop takes the next port from tcp://:65535 on for direct links, and there is "
            "none for loop 2; start with a lower port, or with fewer loops");
  EXPECT_EQ(error_of({{flag("direct", ":7000=pod:7000")}}).substr(0, 37),
            "--direct: \":7000=pod:7000\" is not add");
  EXPECT_EQ(error_of({{flag("loops", "many")}}), "--loops: \"many\" is not a number from 1 to 256");
  EXPECT_EQ(error_of({{flag("log-level", "loud")}}),
            "--log-level: \"loud\" is not debug, info, warning or error, also of app, nats, rpc or "
            "handler as in info,nats=debug");
  // Also where another value wins.
  EXPECT_EQ(
      error_of({{{find_setting("workers"), "0", "FAIRLEAD_WORKERS"}}, {flag("workers", "2")}}),
      "FAIRLEAD_WORKERS: \"0\" is not a number from 1 to 4096");
}

TEST(Settings, PayloadsAreLoggedInALogThatIsOn) {
  EXPECT_EQ(error_of({{flag("request-log-payloads", "100")}}),
            "request-log-payloads adds to the lines of the request log, which is off; give "
            "request-log as well, such as 1 for all calls");
  EXPECT_TRUE(resolve_settings({{flag("request-log-payloads", "0")}}).ok());
  EXPECT_EQ(error_of({{flag("request-log-payloads", "all")}}),
            "--request-log-payloads: \"all\" is not a number from 0 to 1000000");
}

TEST(Settings, ErrorsDoNotShowPasswords) {
  for (const char* url : {"nats://user:secret@host:port", "nats://user:sec,secret@host:port",
                          "nats://secret@host:port"}) {
    for (const char* name : {"nats", "loops"}) {
      const std::string error = error_of({{flag(name, url)}});
      EXPECT_THAT(error, HasSubstr("host:port"));
      EXPECT_THAT(error, Not(HasSubstr("sec"))) << url;
    }
  }
}

TEST(EnvironmentSettings, AreThoseOfTheTable) {
  const auto given = settings_from({{"FAIRLEAD_LOOPS", "4"},
                                    {"FAIRLEAD_LOG_LEVEL", "debug"},
                                    {"FAIRLEAD_WORKERS", ""},
                                    {"PATH", "/bin"}});
  const auto settings = resolve_settings({given});
  ASSERT_TRUE(settings.ok());
  EXPECT_EQ(settings->loops, 4);
  EXPECT_EQ(settings->log_levels.all, LogLevel::kDebug);
  EXPECT_EQ(settings->workers, 16) << "an empty variable counts as not set";
}

TEST(EnvironmentSettings, UnknownVariablesAreNamedWithoutTheirValue) {
  const Environment environment = {{"FAIRLEAD_LOG_LEVL", "secret"},
                                   {"FAIRLEAD_CONFIG", "calc.yaml"},
                                   {"FAIRLEAD_LOOPS", "1"},
                                   {"FAIRLEAD_WAREHOUSE", "secret"},
                                   {"FAIRLY_ODD", "1"}};
  EXPECT_EQ(unknown_variables(environment),
            (std::vector<std::string>{
                "the environment variable FAIRLEAD_LOG_LEVL means nothing here; do you mean "
                "FAIRLEAD_LOG_LEVEL?",
                "the environment variable FAIRLEAD_WAREHOUSE means nothing here"}));
}

}  // namespace
}  // namespace fairlead
