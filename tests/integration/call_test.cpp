#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using probe::v1::FailRequest;
using probe::v1::SizeRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ProbeInstance;

class Call : public ::testing::Test {
 protected:
  nats::Connection& connection() {
    if (!connection_) {
      auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url()));
      EXPECT_TRUE(made.ok()) << made.status();
      connection_.emplace(*made);
    }
    return *connection_;
  }
  probe::v1::ProbeBlockingClient client() { return probe::v1::ProbeBlockingClient(connection()); }
  nats::Message raw(const std::string& method, const std::string& payload,
                    nats::Headers headers = nats::Headers()) {
    auto reply = block_on(thread_.loop(), connection().request("probe.v1.Probe." + method, payload,
                                                               seconds(10), headers));
    EXPECT_TRUE(reply.ok()) << reply.status();
    return reply.value_or(nats::Message());
  }

  testing::NatsServer server_;
  LoopThread thread_;
  std::optional<nats::Connection> connection_;
};

EchoRequest echo(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

TEST_F(Call, AnAliasIsAnotherSubject) {
  ProbeInstance instance(server_.url());
  auto reply = block_on(thread_.loop(),
                        connection().request("probe.old.Echo", "{\"text\":\"x\"}", seconds(5)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->payload, "{\"text\":\"x\"}");
}

// --- errors

TEST_F(Call, AnUndecodableRequestGetsAnErrorReply) {
  ProbeInstance instance(server_.url());
  const nats::Message reply = raw("Echo", "\x0a\xff");
  EXPECT_EQ(reply.headers.get("Nats-Service-Error-Code"), "400");
  EXPECT_EQ(reply.headers.get("grpc-status"), "3");
  EXPECT_EQ(
      reply.headers.get("Nats-Service-Error"),
      "the payload is no probe.v1.EchoRequest: at byte 0, in field 1 (text): the message ends "
      "in the middle of a length");
  EXPECT_EQ(raw("Echo", "{broken").headers.get("grpc-status"), "3");
  EXPECT_EQ(instance.probe().calls, 0);
}

TEST_F(Call, ARequestOverMaxPayloadIsNotSent) {
  ProbeInstance instance(server_.url());
  const auto reply = client().Echo(echo(std::string(2 << 20, 'x')));
  EXPECT_TRUE(absl::IsResourceExhausted(reply.status())) << reply.status();
  EXPECT_EQ(status_origin(reply.status()), Origin::kLocal);
}

TEST_F(Call, AReplyOverMaxPayloadIsAnErrorThatNamesBothSizes) {
  ProbeInstance instance(server_.url());
  SizeRequest request;
  request.set_bytes(2'000'000);
  const auto reply = client().Size(request);
  EXPECT_TRUE(absl::IsResourceExhausted(reply.status()));
  EXPECT_EQ(message_of(reply.status()),
            "the reply has 2000035 bytes; the NATS server takes 1048576 at most (max_payload)");
  request.set_bytes(1'000'000);
  EXPECT_EQ(client().Size(request)->data().size(), 1'000'000u);
}

// --- JSON

TEST_F(Call, JsonIsRecognisedByHeaderOrByItsBrace) {
  ProbeInstance instance(server_.url());
  const std::string json = R"({"text":"hi","number":"9007199254740993"})";
  EXPECT_EQ(raw("Echo", json).payload, json);
  nats::Headers headers;
  headers.add("Content-Type", "application/json");
  EXPECT_EQ(raw("Echo", " " + json, headers).payload, json);
  nats::Headers wrong;
  wrong.add("content-type", "text/xml");
  EXPECT_EQ(raw("Echo", json, wrong).headers.get("grpc-status"), "3");
}

// --- deadlines

TEST_F(Call, TheServiceEnforcesTheDeadlineToo) {
  ProbeInstance instance(server_.url());
  nats::Headers headers;
  headers.add("grpc-timeout", "30m");
  const nats::Message reply = raw("Hold", "", headers);
  EXPECT_EQ(reply.headers.get("grpc-status"), "4");
  EXPECT_EQ(reply.headers.get("Nats-Service-Error"),
            "the deadline passed while the call was running");
  instance.probe().gate.open();
  EXPECT_TRUE(instance.stop(seconds(10)).ok());
  EXPECT_EQ(instance.probe().cancelled, 1);
}

TEST_F(Call, APassedOrMalformedDeadlineDoesNotStartTheHandler) {
  ProbeInstance instance(server_.url());
  nats::Headers passed;
  passed.add("grpc-timeout", "0m");
  EXPECT_EQ(raw("Echo", "", passed).headers.get("grpc-status"), "4");
  nats::Headers malformed;
  malformed.add("grpc-timeout", "2023-03-01T10:00:00Z");
  EXPECT_EQ(raw("Echo", "", malformed).headers.get("grpc-status"), "3");
  EXPECT_EQ(instance.probe().calls, 0);
  EXPECT_TRUE(absl::IsDeadlineExceeded(
      client().Echo(echo("x"), CallOptions().set_timeout(milliseconds(0))).status()));
}

// --- load

Task<void> call_until_stopped(probe::v1::ProbeClient client, const bool& stopped, int& failed,
                              int& answered) {
  const EchoRequest request = echo("x");
  while (!stopped) {
    const auto reply = co_await client.EchoBlocking(request);
    if (reply.ok()) {
      ++answered;
    } else {
      ++failed;
    }
  }
}

TEST_F(Call, StoppingOneOfTwoInstancesUnderLoadFailsNoCall) {
  ProbeInstance staying(server_.url());
  auto leaving = std::make_unique<ProbeInstance>(server_.url());
  bool stopped = false;
  int failed = 0;
  int answered = 0;
  std::optional<TaskScope> scope;
  const auto start = [&]() -> Task<absl::Status> {
    scope.emplace(thread_.loop());
    for (int i = 0; i < 32; ++i) {
      scope->spawn(
          call_until_stopped(probe::v1::ProbeClient(*connection_), stopped, failed, answered));
    }
    co_return absl::OkStatus();
  };
  const auto finish = [&]() -> Task<absl::Status> {
    stopped = true;
    co_await scope->join();
    co_return absl::OkStatus();
  };
  connection();
  EXPECT_TRUE(block_on(thread_.loop(), start()).ok());
  while (leaving->probe().calls < 1000) std::this_thread::yield();
  EXPECT_TRUE(leaving->stop(seconds(10)).ok());
  const int before = staying.probe().calls;
  while (staying.probe().calls < before + 1000) std::this_thread::yield();
  EXPECT_TRUE(block_on(thread_.loop(), finish()).ok());
  EXPECT_EQ(failed, 0);
  EXPECT_GT(answered, 2000);
}

TEST_F(Call, AServerThatWasNotStoppedIsGoneAllTheSame) {
  LoopThread thread;
  auto service_connection =
      nats::connect_and_wait(thread.loop(), nats::ConnectOptions(server_.url()));
  const auto start_and_forget = [&]() -> Task<absl::Status> {
    Server server(*service_connection, std::make_shared<WorkerPool>(1));
    absl::Status status =
        server.add(probe::v1::ProbeService::bind(std::make_shared<testing::Probe>()));
    if (status.ok()) status = co_await server.start();
    co_return status;
  };
  EXPECT_TRUE(block_on(thread.loop(), start_and_forget()).ok());
  EXPECT_TRUE(block_on(thread.loop(), service_connection->flush(seconds(5))).ok());
  EXPECT_TRUE(absl::IsUnavailable(client().Echo(echo("x")).status()));
}

// --- discovery

TEST_F(Call, StatsCountCallsAndErrors) {
  ProbeInstance instance(server_.url());
  EXPECT_TRUE(client().Echo(echo("x")).ok());
  FailRequest request;
  request.set_code(5);
  request.set_message("no such thing");
  EXPECT_FALSE(client().Fail(request).ok());
  auto reply =
      block_on(thread_.loop(), connection().request("$SRV.STATS.probe-v1-Probe", "", seconds(5)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  const auto stats = nlohmann::json::parse(reply->payload);
  EXPECT_EQ(stats["type"], "io.nats.micro.v1.stats_response");
  for (const auto& endpoint : stats["endpoints"]) {
    if (endpoint["name"] == "Echo") {
      EXPECT_EQ(endpoint["num_requests"], 1);
      EXPECT_GT(endpoint["processing_time"], 0);
      EXPECT_EQ(endpoint["data"]["codes"]["OK"], 1);
    } else if (endpoint["name"] == "Fail") {
      EXPECT_EQ(endpoint["num_errors"], 1);
      EXPECT_EQ(endpoint["last_error"], "404:no such thing");
    }
  }
}

TEST_F(Call, AllNineDiscoverySubjectsAnswer) {
  ProbeInstance instance(server_.url());
  auto info = block_on(thread_.loop(), connection().request("$SRV.INFO", "", seconds(5)));
  ASSERT_TRUE(info.ok()) << info.status();
  const std::string id = nlohmann::json::parse(info->payload)["id"];
  for (const std::string verb : {"PING", "INFO", "STATS"}) {
    for (const std::string& scope :
         {std::string(), std::string(".probe-v1-Probe"), ".probe-v1-Probe." + id}) {
      auto reply =
          block_on(thread_.loop(), connection().request("$SRV." + verb + scope, "", seconds(5)));
      ASSERT_TRUE(reply.ok()) << verb << scope << ": " << reply.status();
      const auto json = nlohmann::json::parse(reply->payload);
      EXPECT_EQ(json["name"], "probe-v1-Probe");
      EXPECT_EQ(json["version"], "1.2.3");
      EXPECT_EQ(json["id"], id);
    }
  }
}

TEST_F(Call, AServiceMayHostSomeOfItsMethods) {
  LoopThread thread;
  auto service_connection =
      nats::connect_and_wait(thread.loop(), nats::ConnectOptions(server_.url()));
  Server server(*service_connection, std::make_shared<WorkerPool>(1));
  Service service = probe::v1::ProbeService::bind(std::make_shared<testing::Probe>());
  EXPECT_TRUE(absl::IsInvalidArgument(service.host_only({"Ecko"})));
  EXPECT_TRUE(service.host_only({"Echo"}).ok());
  const auto start = [&]() -> Task<absl::Status> {
    absl::Status status = server.add(std::move(service));
    if (status.ok()) status = co_await server.start();
    co_return status;
  };
  EXPECT_TRUE(block_on(thread.loop(), start()).ok());
  EXPECT_TRUE(client().Echo(echo("x")).ok());
  EXPECT_TRUE(absl::IsUnavailable(client().EchoBlocking(echo("x")).status()));
  EXPECT_TRUE(block_on(thread.loop(), server.stop(seconds(5))).ok());
}

}  // namespace
}  // namespace fairlead
