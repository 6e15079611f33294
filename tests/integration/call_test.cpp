#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/nats_server.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using probe::v1::FailRequest;
using probe::v1::SizeRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// An instance of the probe service on a loop of its own.
class Instance {
 public:
  explicit Instance(const std::string& url, ServerOptions options = ServerOptions())
      : connection_(nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(url))),
        server_(std::make_unique<Server>(connection_.value(), workers_, options)) {
    run([this]() -> Task<absl::Status> {
      absl::Status status = server_->add(probe::v1::ProbeService::bind(probe_));
      if (status.ok()) status = co_await server_->start();
      co_return status;
    });
  }
  ~Instance() { EXPECT_TRUE(stop(seconds(10)).ok()); }

  absl::Status stop(milliseconds timeout) {
    if (!server_) return absl::OkStatus();
    const absl::Status status = block_on(thread_.loop(), server_->stop(timeout));
    block_on(thread_.loop(), connection_->drain(seconds(5))).IgnoreError();
    const auto destroy = [this]() -> Task<absl::Status> {
      server_.reset();
      co_return absl::OkStatus();
    };
    block_on(thread_.loop(), destroy()).IgnoreError();
    return status;
  }

  testing::Probe& probe() { return *probe_; }
  Loop& loop() { return thread_.loop(); }
  Server& server() { return *server_; }

 private:
  template <typename F>
  void run(F make_task) {
    const absl::Status status = block_on(thread_.loop(), make_task());
    EXPECT_TRUE(status.ok()) << status;
  }

  LoopThread thread_;
  std::shared_ptr<WorkerPool> workers_ = std::make_shared<WorkerPool>(8);
  std::shared_ptr<testing::Probe> probe_ = std::make_shared<testing::Probe>();
  absl::StatusOr<nats::Connection> connection_;
  std::unique_ptr<Server> server_;
};

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

// --- values

TEST_F(Call, ZeroAndEmptyResultsAreResults) {
  Instance instance(server_.url());
  const auto reply = client().Echo(EchoRequest());
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->ByteSizeLong(), 0u);
  EXPECT_TRUE(client().Nothing(google::protobuf::Empty()).ok());
}

TEST_F(Call, BytesAndNumbersArriveAsTheyAre) {
  Instance instance(server_.url());
  EchoRequest request = echo("Jané ☃");
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  request.set_data(bytes);
  for (const std::int64_t number : {0L, 127L, 128L, 300L, 9999L, -1L, 1L << 62}) {
    request.set_number(number);
    const auto reply = client().Echo(request);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->number(), number);
    EXPECT_EQ(reply->data(), bytes);
    EXPECT_EQ(reply->text(), "Jané ☃");
  }
}

TEST_F(Call, PlainFunctionsAndCoroutinesAnswerAlike) {
  Instance instance(server_.url());
  EXPECT_EQ(client().Echo(echo("a"))->text(), "a");
  EXPECT_EQ(client().EchoBlocking(echo("b"))->text(), "b");
}

TEST_F(Call, AnAliasIsAnotherSubject) {
  Instance instance(server_.url());
  auto reply = block_on(thread_.loop(),
                        connection().request("probe.old.Echo", "{\"text\":\"x\"}", seconds(5)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->payload, "{\"text\":\"x\"}");
}

// --- errors

TEST_F(Call, StatusesTravelWithTextDetailAndMetadata) {
  Instance instance(server_.url());
  for (int code = 1; code <= 16; ++code) {
    for (const char* text : {"", "50 % off\nsecond line", "%s%n", "größe ☃"}) {
      FailRequest request;
      request.set_code(code);
      request.set_message(text);
      request.set_detail("more");
      Metadata metadata;
      const auto reply = client().Fail(request, CallOptions().set_reply_metadata(&metadata));
      EXPECT_EQ(static_cast<int>(reply.status().code()), code);
      EXPECT_EQ(message_of(reply.status()), text);
      EXPECT_EQ(status_origin(reply.status()), Origin::kRemote);
      EXPECT_EQ(metadata.get("why"), "asked");
      google::protobuf::StringValue detail;
      EXPECT_TRUE(get_status_detail(reply.status(), detail));
      EXPECT_EQ(detail.value(), "more");
    }
  }
}

TEST_F(Call, AnExceptionIsAnErrorReplyAndTheProcessLivesOn) {
  Instance instance(server_.url());
  for (const char* text : {"secret", ""}) {
    const auto reply = client().Throw(echo(text));
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kInternal);
    EXPECT_EQ(message_of(reply.status()), "internal error");
  }
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(echo("x")).status()));
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(echo("x")).status()));
  EXPECT_TRUE(client().Echo(echo("alive")).ok());
}

TEST_F(Call, AnExceptionsTextIsSentWhereTheProgramOptsIn) {
  Instance instance(server_.url(), ServerOptions().set_expose_exceptions(true));
  EXPECT_EQ(message_of(client().Throw(echo("the text")).status()), "the text");
}

TEST_F(Call, AnUndecodableRequestGetsAnErrorReply) {
  Instance instance(server_.url());
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

TEST_F(Call, NoInstanceIsADistinctFastError) {
  const auto reply = client().Echo(echo("x"), CallOptions().set_timeout(seconds(60)));
  EXPECT_TRUE(absl::IsUnavailable(reply.status()));
  EXPECT_EQ(message_of(reply.status()), "no instance of probe.v1.Probe is up");
  EXPECT_EQ(status_origin(reply.status()), Origin::kLocal);
}

TEST_F(Call, ARequestOverMaxPayloadIsNotSent) {
  Instance instance(server_.url());
  const auto reply = client().Echo(echo(std::string(2 << 20, 'x')));
  EXPECT_TRUE(absl::IsResourceExhausted(reply.status())) << reply.status();
  EXPECT_EQ(status_origin(reply.status()), Origin::kLocal);
}

TEST_F(Call, AReplyOverMaxPayloadIsAnErrorThatNamesBothSizes) {
  Instance instance(server_.url());
  SizeRequest request;
  request.set_bytes(2'000'000);
  const auto reply = client().Size(request);
  EXPECT_TRUE(absl::IsResourceExhausted(reply.status()));
  EXPECT_EQ(message_of(reply.status()),
            "the reply has 2000004 bytes; the NATS server takes 1048576 at most (max_payload)");
  request.set_bytes(1'000'000);
  EXPECT_EQ(client().Size(request)->data().size(), 1'000'000u);
}

// --- JSON

TEST_F(Call, JsonIsRecognisedByHeaderOrByItsBrace) {
  Instance instance(server_.url());
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

TEST_F(Call, ADeadlineBelowASecondIsKept) {
  Instance instance(server_.url());
  const auto start = Deadline::Clock::now();
  const auto reply = client().Hold(echo("x"), CallOptions().set_timeout(milliseconds(50)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.status())) << reply.status();
  EXPECT_GE(Deadline::Clock::now() - start, milliseconds(50));
  instance.probe().gate.open();
}

TEST_F(Call, TheServiceEnforcesTheDeadlineToo) {
  Instance instance(server_.url());
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
  Instance instance(server_.url());
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

TEST_F(Call, TheHandlerSeesTheRemainingTimeAndWhoCalls) {
  Instance instance(server_.url());
  const auto reply =
      client().Describe(google::protobuf::Empty(), CallOptions().set_timeout(milliseconds(2500)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->text(), "probe.v1.Probe.Describe _INBOX. connected");
  EXPECT_GT(reply->number(), 1000);
  EXPECT_LE(reply->number(), 2500);
}

// --- metadata

TEST_F(Call, MetadataTravelsBothWays) {
  Instance instance(server_.url());
  Metadata sent, received;
  ASSERT_TRUE(sent.add("User", "Jané").ok());
  ASSERT_TRUE(sent.add("token-bin", std::string("\0\xff\n", 3)).ok());
  CallOptions options;
  options.set_metadata(sent).set_reply_metadata(&received);
  ASSERT_TRUE(client().Echo(echo("x"), options).ok());
  EXPECT_EQ(received.get("user"), "Jané");
  EXPECT_EQ(received.get("token-bin"), std::string("\0\xff\n", 3));
  EXPECT_EQ(received.size(), 2u);
}

// --- load

Task<void> hold(probe::v1::ProbeClient client, int& answered, int& busy) {
  const EchoRequest request = echo("x");
  const CallOptions options = CallOptions().set_timeout(seconds(60));
  const auto reply = co_await client.Hold(request, options);
  if (reply.ok()) ++answered;
  if (absl::IsResourceExhausted(reply.status()) && retry_pushback(reply.status())) ++busy;
}

Task<absl::Status> hold_many(nats::Connection connection, int count, int& answered, int& busy) {
  TaskScope scope(connection.loop());
  for (int i = 0; i < count; ++i) {
    scope.spawn(hold(probe::v1::ProbeClient(connection), answered, busy));
  }
  co_await scope.join();
  co_return absl::OkStatus();
}

TEST_F(Call, CallsOverTheLimitWaitForTheirTurn) {
  Instance instance(server_.url());
  int answered = 0;
  int busy = 0;
  std::thread opener([&] {
    instance.probe().gate.await(2);
    EXPECT_EQ(instance.probe().gate.arrived(), 2);  // the limit of the .proto
    instance.probe().gate.open();
  });
  EXPECT_TRUE(block_on(thread_.loop(), hold_many(connection(), 10, answered, busy)).ok());
  opener.join();
  EXPECT_EQ(answered, 10);
  EXPECT_EQ(busy, 0);
}

TEST_F(Call, CallsOverTheQueueAreToldSoAtOnce) {
  Instance instance(server_.url(), ServerOptions().set_queue_limit(3));
  int answered = 0;
  int busy = 0;
  std::thread opener([&] {
    instance.probe().gate.await(2);
    // All ten have been taken in once a later call on the connection has been answered.
    EXPECT_TRUE(client().Echo(echo("fence")).ok());
    instance.probe().gate.open();
  });
  EXPECT_TRUE(block_on(thread_.loop(), hold_many(connection(), 10, answered, busy)).ok());
  opener.join();
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(busy, 5);
}

TEST_F(Call, OneWayCallsAreHandledAndNotAnswered) {
  Instance instance(server_.url());
  EXPECT_TRUE(client().Note(echo("x")).ok());
  instance.probe().gate.await(1);
  instance.probe().gate.open();
}

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
  Instance staying(server_.url());
  auto leaving = std::make_unique<Instance>(server_.url());
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

TEST_F(Call, AStopThatTakesTooLongAnswersWhatIsLeft) {
  Instance instance(server_.url());
  int answered = 0;
  int busy = 0;
  std::thread caller([&] {
    EXPECT_TRUE(block_on(thread_.loop(), hold_many(connection(), 3, answered, busy)).ok());
  });
  instance.probe().gate.await(2);
  const absl::Status stopped = block_on(instance.loop(), instance.server().stop(milliseconds(50)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(stopped)) << stopped;
  caller.join();
  EXPECT_EQ(answered, 0);
  instance.probe().gate.open();
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
  Instance instance(server_.url());
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
  Instance instance(server_.url());
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
