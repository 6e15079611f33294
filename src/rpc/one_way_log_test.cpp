#include "rpc/one_way_log.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

using std::chrono::milliseconds;

struct RecordingSink final : LogSink {
  void write(LogLevel, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>&,
             std::initializer_list<LogField> fields) override {
    std::string line(message);
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    lines.push_back(line);
  }
  std::vector<std::string> lines;
};

TEST(OneWayLog, WritesALineASecondForAllThatFailed) {
  const auto sink = std::make_shared<RecordingSink>();
  const Logger logger(sink, LogLevel::kInfo);
  OneWayLog log("failed");
  const Deadline::TimePoint start{std::chrono::seconds(1000)};
  log.failed(logger, absl::UnavailableError("a"), start);
  log.failed(logger, absl::UnavailableError("b"), start + milliseconds(1));
  log.failed(logger, absl::UnavailableError("c"), start + milliseconds(999));
  log.failed(logger, absl::UnavailableError("d"), start + milliseconds(1000));
  EXPECT_EQ(sink->lines, (std::vector<std::string>{"failed status=UNAVAILABLE: a calls=1",
                                                   "failed status=UNAVAILABLE: d calls=3"}));
}

}  // namespace
}  // namespace fairlead::rpc
