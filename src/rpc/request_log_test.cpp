#include "rpc/request_log.hpp"

#include <gtest/gtest.h>

namespace fairlead::rpc {
namespace {

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

class RequestLogTest : public ::testing::Test {
 protected:
  RequestLog log(double share) { return RequestLog(Logger(sink_, LogLevel::kInfo), share); }
  const std::shared_ptr<RecordingSink> sink_ = std::make_shared<RecordingSink>();
};

TEST_F(RequestLogTest, SaysWhatBecameOfACallAndHowLongItTook) {
  RequestLog all = log(1);
  all.write(absl::OkStatus(), std::chrono::microseconds(1234), "_INBOX.x.1");
  all.write(absl::NotFoundError("no user ann"), std::chrono::milliseconds(2), "");
  EXPECT_EQ(sink_->lines,
            (std::vector<std::string>{"call status=OK duration=1.234ms caller=_INBOX.x.1",
                                      "call status=NOT_FOUND duration=2.000ms caller=one-way"}));
}

TEST_F(RequestLogTest, WritesItsShareAndEveryFailure) {
  RequestLog quarter = log(0.25);
  for (int i = 0; i < 100; ++i) quarter.write(absl::OkStatus(), {}, "x");
  EXPECT_EQ(sink_->lines.size(), 25u);
  RequestLog failures = log(0);
  for (int i = 0; i < 100; ++i) failures.write(absl::OkStatus(), {}, "x");
  failures.write(absl::UnavailableError(""), {}, "x");
  EXPECT_EQ(sink_->lines.size(), 26u);
}

}  // namespace
}  // namespace fairlead::rpc
