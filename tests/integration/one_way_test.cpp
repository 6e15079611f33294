// One-way calls: nobody waits for them, so what goes wrong is logged and counted.
#include <mutex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fairlead/block_on.hpp"
#include "fairlead/loop_metrics.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "tests/integration/ask.hpp"
#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// What is logged, as lines: message and fields.
class Lines final : public LogSink {
 public:
  void write(LogLevel, std::string_view message,
             const std::vector<std::pair<std::string, std::string>>& context,
             std::initializer_list<LogField> fields) override {
    std::string line(message);
    for (const auto& [key, value] : context) {
      if (key == "method") line += " " + key + "=" + value;
    }
    for (const auto& [key, value] : fields) line += " " + std::string(key) + "=" + value;
    const std::lock_guard lock(mutex_);
    if (line.find("one-way") != std::string::npos) lines_.push_back(line);
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

class OneWay : public ::testing::Test {
 protected:
  void start(ServerOptions options = ServerOptions()) {
    options.set_logger(Logger(log_, LogLevel::kInfo));
    instance_.emplace(server_.url(), options);
  }

  /// What the service says of the method: `requests/errors`.
  std::string counts() {
    const auto text =
        block_on(thread_.loop(), testing::ask(connection_, "$SRV.STATS.probe-v1-Probe"));
    const auto stats = nlohmann::json::parse(text.value());
    for (const auto& endpoint : stats["endpoints"]) {
      if (endpoint["name"] != "Note") continue;
      return endpoint["num_requests"].dump() + "/" + endpoint["num_errors"].dump();
    }
    return "";
  }

  static Task<absl::Status> publish(nats::Connection connection, std::string payload,
                                    nats::Headers headers) {
    absl::Status status = connection.publish("probe.v1.Probe.Note", payload, headers);
    // What comes later on this connection comes later to the instance.
    if (status.ok()) status = co_await connection.flush(seconds(10));
    co_return status;
  }
  void send(const std::string& payload, const nats::Headers& headers = nats::Headers()) {
    const absl::Status sent = block_on(thread_.loop(), publish(connection_, payload, headers));
    EXPECT_TRUE(sent.ok()) << sent;
  }

  testing::NatsServer server_;
  LoopThread thread_;
  nats::Connection connection_ =
      nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url())).value();
  std::shared_ptr<Lines> log_ = std::make_shared<Lines>();
  std::optional<testing::ProbeInstance> instance_;
};

TEST_F(OneWay, WhatTheServiceCannotReadIsLoggedAndCounted) {
  start();
  send("\xff\xff");
  EXPECT_EQ(counts(), "1/1");
  EXPECT_THAT(log_->lines(),
              ElementsAre(HasSubstr("a one-way call failed method=Note status=INVALID_ARGUMENT")));
}

TEST_F(OneWay, WhatComesTooLateIsLoggedAndCounted) {
  start();
  nats::Headers headers;
  headers.add("grpc-timeout", "0m");
  send("", headers);
  EXPECT_EQ(counts(), "1/1");
  EXPECT_THAT(log_->lines(),
              ElementsAre(HasSubstr("a one-way call failed method=Note status=DEADLINE_EXCEEDED")));
}

TEST_F(OneWay, WhatIsRefusedIsCountedAndDoesNotFillTheLog) {
  start(ServerOptions().set_blocking_concurrency(1).set_queue_limit(0));
  send("");
  instance_->probe().gate.await(1);
  for (int i = 0; i < 20; ++i) send("");
  EXPECT_EQ(counts(), "20/20");  // the first one still runs
  EXPECT_THAT(log_->lines().front(),
              HasSubstr("a one-way call failed method=Note status=RESOURCE_EXHAUSTED"));
  EXPECT_LT(log_->lines().size(), 20u);
  instance_->probe().gate.open();
}

TEST_F(OneWay, WhatTheClientCannotSendIsLoggedAndCounted) {
  const ClientOptions options = ClientOptions().set_logger(Logger(log_, LogLevel::kInfo));
  const probe::v1::ProbeBlockingClient client(connection_, options);
  EXPECT_TRUE(client.Note(EchoRequest()).ok());  // nobody is there, which nobody is told
  EXPECT_THAT(log_->lines(), IsEmpty());
  EchoRequest large;
  large.set_text(std::string(2 << 20, 'x'));
  const absl::Status status = client.Note(large);
  EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
  EXPECT_THAT(log_->lines(), ElementsAre(HasSubstr("a one-way call was not sent method=Note "
                                                   "status=RESOURCE_EXHAUSTED")));
  const auto metrics = [](Loop& loop) -> Task<absl::StatusOr<std::string>> {
    co_return loop_metrics(loop);
  };
  const auto text = block_on(thread_.loop(), metrics(thread_.loop()));
  for (const char* code : {"OK", "RESOURCE_EXHAUSTED"}) {
    EXPECT_THAT(text.value(),
                HasSubstr("fairlead_client_handled_total{service=\"probe.v1.Probe\",method="
                          "\"Note\",route=\"nats\",code=\"" +
                          std::string(code) + "\"} 1\n"));
  }
}

}  // namespace
}  // namespace fairlead
