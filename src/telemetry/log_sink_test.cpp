#include "telemetry/log_sink.hpp"

#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace fairlead {
namespace {

using testing::MatchesRegex;

constexpr const char* kTime = "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z";

// What one event makes of a format.
std::string written(LogFormat format, LogLevel level, std::string_view message,
                    std::initializer_list<LogField> fields = {}) {
  std::ostringstream stream;
  Logger(make_stream_sink(format, stream), LogLevel::kDebug)
      .with("service", "calc.Calc")
      .log(level, message, fields);
  return stream.str();
}

TEST(LogSink, TextHasTimeLevelMessageAndFields) {
  EXPECT_THAT(written(LogFormat::kText, LogLevel::kInfo, "called", {{"took", "2 ms"}}),
              MatchesRegex(std::string(kTime) + " info  called service=calc.Calc took=\"2 ms\"\n"));
  EXPECT_THAT(written(LogFormat::kText, LogLevel::kError, "failed"),
              MatchesRegex(std::string(kTime) + " error failed service=calc.Calc\n"));
}

TEST(LogSink, JsonHasTimeLevelMessageAndFields) {
  const std::string line =
      written(LogFormat::kJson, LogLevel::kWarning, "called", {{"took", "2 ms"}});
  const auto event = nlohmann::json::parse(line);
  EXPECT_THAT(event["time"].get<std::string>(), MatchesRegex(kTime));
  EXPECT_EQ(event["level"], "warning");
  EXPECT_EQ(event["message"], "called");
  EXPECT_EQ(event["service"], "calc.Calc");
  EXPECT_EQ(event["took"], "2 ms");
  EXPECT_EQ(event.size(), 5u);
  EXPECT_TRUE(line.starts_with("{\"time\":")) << line;
}

TEST(LogSink, EachEventIsOneLineWhateverItContains) {
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string line =
        written(format, LogLevel::kInfo, every_byte, {{every_byte, every_byte}});
    EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
    EXPECT_EQ(line.back(), '\n');
    // Throws if it is not valid UTF-8.
    EXPECT_NO_THROW(nlohmann::json(line).dump());
  }
}

TEST(LogSink, FormattingCharactersAreText) {
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string line = written(format, LogLevel::kInfo, "{} {0} %v %s %n 100 %");
    EXPECT_NE(line.find("{} {0} %v %s %n 100 %"), std::string::npos) << line;
  }
}

TEST(LogSink, JsonReplacesWhatIsNotUtf8) {
  const auto event = nlohmann::json::parse(written(LogFormat::kJson, LogLevel::kInfo,
                                                   "a\xff"
                                                   "b\n\"c\""));
  EXPECT_EQ(event["message"],
            "a\uFFFD"
            "b\n\"c\"");
}

TEST(LogSink, JsonKeepsFieldsThatHaveTheNameOfAnother) {
  const std::string line =
      written(LogFormat::kJson, LogLevel::kInfo, "real", {{"message", "mine"}, {"service", "x"}});
  const auto event = nlohmann::json::parse(line);
  EXPECT_EQ(event["message"], "real");
  EXPECT_EQ(event["message_"], "mine");
  EXPECT_EQ(event["service"], "calc.Calc");
  EXPECT_EQ(event["service_"], "x");
}

TEST(LogSink, LinesOfSeveralThreadsDoNotMix) {
  std::ostringstream stream;
  const Logger logger(make_stream_sink(LogFormat::kJson, stream), LogLevel::kInfo);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int line = 0; line < 200; ++line)
        logger.info("line", {{"filler", std::string(50, 'x')}});
    });
  }
  for (auto& thread : threads) thread.join();
  std::istringstream lines(stream.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_TRUE(nlohmann::json::accept(line)) << line;
  }
  EXPECT_EQ(count, 800);
}

}  // namespace
}  // namespace fairlead
