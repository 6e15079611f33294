#include "rpc/request_log.hpp"

#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

namespace fairlead::rpc {
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

TEST_F(RequestLogTest, WritesWhatWasAskedAndAnsweredIfItIsTold) {
  google::protobuf::StringValue answer;
  answer.set_value("größer");
  RequestLog silent = log(1);
  EXPECT_EQ(silent.text_of(answer), "");
  silent.write(absl::OkStatus(), {}, "x", "", &answer);
  RequestLog telling(Logger(sink_, LogLevel::kInfo), 1, 100);
  EXPECT_EQ(telling.text_of(answer), R"("größer")");
  telling.write(absl::OkStatus(), {}, "x", "{}", &answer);
  telling.write(absl::InternalError(""), {}, "x", "{}", nullptr);
  EXPECT_EQ(sink_->lines,
            (std::vector<std::string>{
                "call status=OK duration=0.000ms caller=x",
                R"(call request={} response="größer" status=OK duration=0.000ms caller=x)",
                "call request={} status=INTERNAL duration=0.000ms caller=x"}));
}

TEST_F(RequestLogTest, CutsOffBetweenLettersWhatIsTooLong) {
  google::protobuf::StringValue text;
  text.set_value("größer");
  const auto first = [&](std::size_t bytes) {
    return RequestLog(Logger(sink_, LogLevel::kInfo), 1, bytes).text_of(text);
  };
  EXPECT_EQ(first(10), "\"größer\"");
  EXPECT_EQ(first(9), "\"größer… (10 bytes)");
  EXPECT_EQ(first(5), "\"grö… (10 bytes)");
  EXPECT_EQ(first(4), "\"gr… (10 bytes)");
  EXPECT_EQ(RequestLog(Logger(sink_, LogLevel::kWarning), 1, 9).text_of(text), "");
}

}  // namespace
}  // namespace fairlead::rpc
