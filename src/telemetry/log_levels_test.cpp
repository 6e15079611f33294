#include "telemetry/log_levels.hpp"

#include <gtest/gtest.h>

namespace fairlead {
namespace {

struct CountingSink final : LogSink {
  void write(LogLevel, std::string_view, const std::vector<std::pair<std::string, std::string>>&,
             std::initializer_list<LogField>) override {
    ++lines;
  }
  int lines = 0;
};

TEST(LogLevels, ReadsAGeneralLevelAndThoseOfComponents) {
  EXPECT_EQ(parse_log_levels("debug"), (LogLevelChoice{LogLevel::kDebug, {}}));
  EXPECT_EQ(parse_log_levels("nats=debug"),
            (LogLevelChoice{LogLevel::kInfo, {{LogComponent::kNats, LogLevel::kDebug}}}));
  EXPECT_EQ(parse_log_levels("warning, rpc=info,handler=error"),
            (LogLevelChoice{LogLevel::kWarning,
                            {{LogComponent::kRpc, LogLevel::kInfo},
                             {LogComponent::kHandler, LogLevel::kError}}}));
}

TEST(LogLevels, RefusesWhatMeansNothing) {
  for (const char* text : {"", "loud", "nats", "nats=", "nats=loud", "foo=info", "info,debug",
                           "nats=info,nats=debug", "info,"}) {
    EXPECT_FALSE(parse_log_levels(text)) << text;
  }
}

TEST(LogLevels, ChangeWhatLoggersWriteThatAreThereAlready) {
  const auto sink = std::make_shared<CountingSink>();
  LogLevels levels(LogLevelChoice{});
  const Logger nats = levels.logger(sink, LogComponent::kNats).with("a", "b");
  const Logger app = levels.logger(sink, LogComponent::kApp);
  nats.debug("no");
  EXPECT_EQ(sink->lines, 0);
  levels.set(*parse_log_levels("error,nats=debug"));
  nats.debug("yes");
  app.warning("no");
  EXPECT_EQ(sink->lines, 1);
  levels.set(LogLevelChoice{});
  nats.debug("no");
  app.warning("yes");
  EXPECT_EQ(sink->lines, 2);
}

}  // namespace
}  // namespace fairlead
