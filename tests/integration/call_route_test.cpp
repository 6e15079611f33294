// What holds for calls on every route.
#include <optional>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fairlead/block_on.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/probe_instance.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using probe::v1::FailRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ProbeInstance;

/// A way from a client to a service.
struct Way {
  const char* name;
  RouteChoice choice;
  const char* direct = "";  // where the service takes direct links

  friend void PrintTo(const Way& way, std::ostream* to) { *to << way.name; }
};

/// A service and its clients: with NATS between two loops, over a direct link between them, or on
/// one loop without NATS.
class CallRoute : public ::testing::TestWithParam<Way> {
 protected:
  CallRoute() {
    if (choice() != RouteChoice::kLocal) server_.emplace();
  }

  static RouteChoice choice() { return GetParam().choice; }

  void start(ServerOptions options = ServerOptions()) {
    std::string address = GetParam().direct;
    if (address.starts_with("unix:")) address += concat("/fairlead-", ::getpid(), ".sock");
    if (!address.empty()) options.set_direct({address});
    instance_.emplace(server_ ? server_->url() : "", options);
  }

  /// What clients are made on.
  Channel channel() {
    if (choice() == RouteChoice::kLocal) return instance_ ? instance_->channel() : Channel(loop());
    if (!connection_) {
      auto made = nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_->url()));
      EXPECT_TRUE(made.ok()) << made.status();
      connection_.emplace(*made);
    }
    return *connection_;
  }
  ClientOptions options() const { return ClientOptions().set_route(choice()); }
  probe::v1::ProbeBlockingClient client() {
    return probe::v1::ProbeBlockingClient(channel(), options());
  }
  probe::v1::ProbeClient async_client() { return probe::v1::ProbeClient(channel(), options()); }
  Loop& loop() { return thread_.loop(); }

  std::optional<testing::NatsServer> server_;
  LoopThread thread_;
  std::optional<nats::Connection> connection_;
  std::optional<ProbeInstance> instance_;
};

EchoRequest echo(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

Task<void> hold(probe::v1::ProbeClient client, int& answered, int& busy) {
  const EchoRequest request = echo("x");
  const CallOptions options = CallOptions().set_timeout(seconds(60));
  const auto reply = co_await client.Hold(request, options);
  if (reply.ok()) ++answered;
  if (absl::IsResourceExhausted(reply.status()) && retry_pushback(reply.status())) ++busy;
}

Task<absl::Status> hold_many(probe::v1::ProbeClient client, Loop& loop, int count, int& answered,
                             int& busy) {
  TaskScope scope(loop);
  for (int i = 0; i < count; ++i) {
    scope.spawn(hold(client, answered, busy));
  }
  co_await scope.join();
  co_return absl::OkStatus();
}

TEST_P(CallRoute, ZeroAndEmptyResultsAreResults) {
  start();
  const auto reply = client().Echo(EchoRequest());
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(reply->ByteSizeLong(), 0u);
  EXPECT_TRUE(client().Nothing(google::protobuf::Empty()).ok());
}

TEST_P(CallRoute, BytesAndNumbersArriveAsTheyAre) {
  start();
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

TEST_P(CallRoute, PlainFunctionsAndCoroutinesAnswerAlike) {
  start();
  EXPECT_EQ(client().Echo(echo("a"))->text(), "a");
  EXPECT_EQ(client().EchoBlocking(echo("b"))->text(), "b");
}

TEST_P(CallRoute, StatusesTravelWithTextDetailAndMetadata) {
  start();
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

TEST_P(CallRoute, AnExceptionIsAnErrorReplyAndTheProcessLivesOn) {
  start();
  for (const char* text : {"secret", ""}) {
    const auto reply = client().Throw(echo(text));
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kInternal);
    EXPECT_EQ(message_of(reply.status()), "internal error");
  }
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(echo("x")).status()));
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(echo("x")).status()));
  EXPECT_TRUE(client().Echo(echo("alive")).ok());
}

TEST_P(CallRoute, AnExceptionsTextIsSentWhereTheProgramOptsIn) {
  start(ServerOptions().set_expose_exceptions(true));
  EXPECT_EQ(message_of(client().Throw(echo("the text")).status()), "the text");
}

TEST_P(CallRoute, NoInstanceIsADistinctFastError) {
  const auto reply = client().Echo(echo("x"), CallOptions().set_timeout(seconds(60)));
  EXPECT_TRUE(absl::IsUnavailable(reply.status()));
  EXPECT_THAT(std::string(message_of(reply.status())),
              ::testing::StartsWith("no instance of probe.v1.Probe is "));
  EXPECT_EQ(status_origin(reply.status()), Origin::kLocal);
}

TEST_P(CallRoute, ADeadlineBelowASecondIsKept) {
  start();
  const auto start = Deadline::Clock::now();
  const auto reply = client().Hold(echo("x"), CallOptions().set_timeout(milliseconds(50)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(reply.status())) << reply.status();
  EXPECT_GE(Deadline::Clock::now() - start, milliseconds(50));
  instance_->probe().gate.open();
}

TEST_P(CallRoute, TheHandlerSeesTheRemainingTimeAndWhoCalls) {
  start();
  const auto reply =
      client().Describe(google::protobuf::Empty(), CallOptions().set_timeout(milliseconds(2500)));
  ASSERT_TRUE(reply.ok()) << reply.status();
  const char* const expected = choice() == RouteChoice::kNats     ? "_INBOX. connected"
                               : choice() == RouteChoice::kDirect ? "_DIRECT connected"
                                                                  : "_LOCAL.";
  EXPECT_EQ(reply->text(), concat("probe.v1.Probe.Describe ", expected));
  EXPECT_GT(reply->number(), 1000);
  EXPECT_LE(reply->number(), 2500);
}

TEST_P(CallRoute, MetadataTravelsBothWays) {
  start();
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

TEST_P(CallRoute, CallsOverTheLimitWaitForTheirTurn) {
  start();
  int answered = 0;
  int busy = 0;
  std::thread opener([&] {
    instance_->probe().gate.await(2);
    EXPECT_EQ(instance_->probe().gate.arrived(), 2);  // the limit of the .proto
    instance_->probe().gate.open();
  });
  EXPECT_TRUE(
      block_on(channel().loop(), hold_many(async_client(), channel().loop(), 10, answered, busy))
          .ok());
  opener.join();
  EXPECT_EQ(answered, 10);
  EXPECT_EQ(busy, 0);
}

TEST_P(CallRoute, CallsOverTheQueueAreToldSoAtOnce) {
  start(ServerOptions().set_queue_limit(3));
  int answered = 0;
  int busy = 0;
  std::thread opener([&] {
    instance_->probe().gate.await(2);
    // All ten have been taken in once a later call on the connection has been answered.
    EXPECT_TRUE(client().Echo(echo("fence")).ok());
    instance_->probe().gate.open();
  });
  EXPECT_TRUE(
      block_on(channel().loop(), hold_many(async_client(), channel().loop(), 10, answered, busy))
          .ok());
  opener.join();
  EXPECT_EQ(answered, 5);
  EXPECT_EQ(busy, 5);
}

TEST_P(CallRoute, OneWayCallsAreHandledAndNotAnswered) {
  start();
  EXPECT_TRUE(client().Note(echo("x")).ok());
  instance_->probe().gate.await(1);
  instance_->probe().gate.open();
}

TEST_P(CallRoute, AStopThatTakesTooLongAnswersWhatIsLeft) {
  start();
  int answered = 0;
  int busy = 0;
  std::thread caller([&] {
    EXPECT_TRUE(
        block_on(channel().loop(), hold_many(async_client(), channel().loop(), 3, answered, busy))
            .ok());
  });
  instance_->probe().gate.await(2);
  const absl::Status stopped =
      block_on(instance_->loop(), instance_->server().stop(milliseconds(50)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(stopped)) << stopped;
  caller.join();
  EXPECT_EQ(answered, 0);
  instance_->probe().gate.open();
}

std::string name_of(const ::testing::TestParamInfo<Way>& way) {
  return way.param.name;
}

INSTANTIATE_TEST_SUITE_P(Routes, CallRoute,
                         ::testing::Values(Way{"Nats", RouteChoice::kNats},
                                           Way{"Local", RouteChoice::kLocal},
                                           Way{"DirectTls", RouteChoice::kDirect, "127.0.0.1:0"},
                                           Way{"DirectUnix", RouteChoice::kDirect, "unix:/tmp"}),
                         name_of);

}  // namespace
}  // namespace fairlead
