// What calls that a handler makes inherit from the call that it serves.
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "probe.fairlead.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* kTrace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// The probe service, whose Relay methods call the method Echo of another prefix, which the test
/// itself serves: it answers with the headers that it got.
class Inheritance : public ::testing::TestWithParam<const char*> {
 protected:
  void SetUp() override { EXPECT_TRUE(block_on(thread_.loop(), start()).ok()); }
  void TearDown() override { EXPECT_TRUE(block_on(thread_.loop(), stop()).ok()); }

  Task<absl::Status> start() {
    const nats::ConnectOptions options(server_.url());
    auto connected = co_await nats::Connection::connect(thread_.loop(), options);
    if (!connected.ok()) co_return connected.status();
    connection_.emplace(*connected);
    hosted_ = std::make_unique<Server>(*connection_, std::make_shared<WorkerPool>(2));
    absl::Status status =
        hosted_->add(probe::v1::ProbeService::bind(std::make_shared<testing::Probe>()));
    if (status.ok()) status = co_await hosted_->start();
    if (!status.ok()) co_return status;
    auto answer = [this](const nats::MessageView& request) {
      EchoReply reply;
      reply.set_text(std::string(request.header));
      EXPECT_TRUE(connection_->publish(request.reply, reply.SerializeAsString()).ok());
    };
    auto subscribed = connection_->subscribe("far.probe.v1.Probe.Echo", nats::SubscribeOptions(),
                                             std::move(answer));
    if (!subscribed.ok()) co_return subscribed.status();
    subscription_.emplace(*std::move(subscribed));
    co_return co_await connection_->flush(seconds(10));
  }

  Task<absl::Status> stop() {
    absl::Status status = co_await hosted_->stop(seconds(10));
    hosted_.reset();
    subscription_.reset();
    connection_->close();
    co_return status;
  }

  // The headers of the call that the handler made, while it served a call with these.
  std::string relayed(const nats::Headers& headers) {
    EchoRequest request;
    request.set_text("far");
    const std::string subject = std::string("probe.v1.Probe.") + GetParam();
    const auto reply =
        block_on(thread_.loop(),
                 connection_->request(subject, request.SerializeAsString(), seconds(30), headers));
    EXPECT_TRUE(reply.ok()) << reply.status();
    EchoReply echo;
    EXPECT_TRUE(echo.ParseFromString(reply.value_or(nats::Message()).payload));
    return echo.text();
  }

  // The value of a header, which ends with its line; empty if it is not there.
  static std::string value_of(const std::string& block, const std::string& key) {
    const std::size_t start = block.find("\r\n" + key + ": ");
    if (start == std::string::npos) return "";
    const std::size_t value = start + key.size() + 4;
    return block.substr(value, block.find("\r\n", value) - value);
  }

  testing::NatsServer server_;
  LoopThread thread_;
  std::optional<nats::Connection> connection_;
  std::unique_ptr<Server> hosted_;
  std::optional<nats::Subscription> subscription_;
};

TEST_P(Inheritance, TheSmallerDeadlineHolds) {
  nats::Headers headers;
  headers.add("grpc-timeout", "20S");
  const std::string timeout = value_of(relayed(headers), "grpc-timeout");
  // The handler asked for 30 s; what is left of 20 s is sent in microseconds.
  ASSERT_FALSE(timeout.empty());
  EXPECT_EQ(timeout.back(), 'u');
  EXPECT_LE(std::stoll(timeout), 20'000'000);
  EXPECT_GT(std::stoll(timeout), 10'000'000);
  headers = nats::Headers();
  headers.add("grpc-timeout", "40S");
  EXPECT_EQ(value_of(relayed(headers), "grpc-timeout"), "30000000u");
}

TEST_P(Inheritance, TheTraceTravelsOnThroughAServiceThatRecordsNone) {
  nats::Headers headers;
  headers.add("traceparent", kTrace);
  headers.add("tracestate", "vendor=1");
  const std::string block = relayed(headers);
  EXPECT_EQ(value_of(block, "traceparent"), kTrace);
  EXPECT_EQ(value_of(block, "tracestate"), "vendor=1");
}

TEST_P(Inheritance, ACallInheritsNothingFromTheOneThatHadItsSlotBefore) {
  nats::Headers headers;
  headers.add("traceparent", kTrace);
  headers.add("grpc-timeout", "20S");
  EXPECT_EQ(value_of(relayed(headers), "traceparent"), kTrace);
  headers = nats::Headers();
  headers.add("grpc-timeout", "60S");
  const std::string block = relayed(headers);
  EXPECT_EQ(value_of(block, "traceparent"), "");
  EXPECT_EQ(value_of(block, "tracestate"), "");
  EXPECT_EQ(value_of(block, "grpc-timeout"), "30000000u");
}

INSTANTIATE_TEST_SUITE_P(Handlers, Inheritance,
                         ::testing::Values("Relay", "RelayAside", "RelayBlocking"),
                         [](const auto& parameter) { return std::string(parameter.param); });

}  // namespace
}  // namespace fairlead
