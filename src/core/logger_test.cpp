#include "fairlead/logger.hpp"

#include <gtest/gtest.h>

#include "core/served_call.hpp"

namespace fairlead {
namespace {

struct RecordingSink final : LogSink {
  void write(LogLevel, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>& context,
             std::initializer_list<LogField> fields) override {
    std::string line(message);
    for (const auto& [key, value] : context) line += " " + key + "=" + value;
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

TEST(Logger, WritesFixedFieldsBeforeThoseOfTheLine) {
  const auto sink = std::make_shared<RecordingSink>();
  const Logger logger = Logger(sink, LogLevel::kInfo).with("service", "calc.Calc");
  logger.with("method", "Add").info("called", {{"took", "2ms"}});
  logger.info("plain");
  EXPECT_EQ(sink->lines, (std::vector<std::string>{"called service=calc.Calc method=Add took=2ms",
                                                   "plain service=calc.Calc"}));
}

TEST(Logger, SaysWhereTheCallStandsThatIsServed) {
  const auto sink = std::make_shared<RecordingSink>();
  const Logger logger = Logger(sink, LogLevel::kInfo).with("a", "b");
  ServedCall call;
  const ServingScope scope(&call);
  logger.info("no trace");
  call.set_trace(TraceContext({0x12}, {0x34}, true));
  logger.info("traced", {{"c", "d"}});
  EXPECT_EQ(sink->lines,
            (std::vector<std::string>{"no trace a=b",
                                      "traced a=b trace_id=12000000000000000000000000000000 "
                                      "span_id=3400000000000000 c=d"}));
}

TEST(Logger, DropsWhatIsBelowItsLevel) {
  const auto sink = std::make_shared<RecordingSink>();
  const Logger logger(sink, LogLevel::kWarning);
  logger.debug("a");
  logger.info("b");
  logger.warning("c");
  logger.error("d");
  EXPECT_EQ(sink->lines, (std::vector<std::string>{"c", "d"}));
  EXPECT_FALSE(logger.enabled(LogLevel::kInfo));
  EXPECT_TRUE(logger.enabled(LogLevel::kError));
}

TEST(Logger, OffIsNotALevelOfALine) {
  const auto sink = std::make_shared<RecordingSink>();
  Logger(sink, LogLevel::kDebug).log(LogLevel::kOff, "never");
  Logger(sink, LogLevel::kOff).error("never");
  EXPECT_TRUE(sink->lines.empty());
}

TEST(Logger, WithoutASinkItDropsEverything) {
  const Logger logger = Logger().with("key", "value");
  logger.error("nobody hears");
  EXPECT_FALSE(logger.enabled(LogLevel::kError));
}

}  // namespace
}  // namespace fairlead
