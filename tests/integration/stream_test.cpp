#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "stream_probe.fairlead.hpp"
#include "tests/integration/stream_probe.hpp"

namespace fairlead {
namespace {

using probe::v1::CountRequest;
using probe::v1::Item;
using probe::v1::StreamsBlockingClient;
using probe::v1::StreamsClient;
using probe::v1::Total;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::count;
using testing::item;

/// An instance of the streaming service on a loop of its own.
class Instance {
 public:
  explicit Instance(const std::string& url, ServerOptions options = ServerOptions())
      : connection_(nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(url))),
        server_(std::make_unique<Server>(connection_.value(), std::make_shared<WorkerPool>(1),
                                         options)) {
    const auto start = [](Instance& self) -> Task<absl::Status> {
      absl::Status status = self.server_->add(probe::v1::StreamsService::bind(self.probe_));
      if (status.ok()) status = co_await self.server_->start();
      co_return status;
    };
    const absl::Status status = block_on(thread_.loop(), start(*this));
    EXPECT_TRUE(status.ok()) << status;
  }
  ~Instance() { stop(seconds(10)).IgnoreError(); }

  absl::Status stop(milliseconds timeout) {
    if (!server_) return absl::OkStatus();
    const absl::Status status = block_on(thread_.loop(), server_->stop(timeout));
    const auto leave = [](Instance& self) -> Task<absl::Status> {
      self.server_.reset();
      if (self.connection_->is_open()) {
        const absl::Status drained = co_await self.connection_->drain(seconds(5));
        drained.IgnoreError();
      }
      self.connection_->close();
      co_return absl::OkStatus();
    };
    block_on(thread_.loop(), leave(*this)).IgnoreError();
    return status;
  }

  Loop& loop() { return thread_.loop(); }
  nats::Connection& connection() { return connection_.value(); }
  Server& server() { return *server_; }
  testing::StreamProbe& probe() { return *probe_; }

 private:
  LoopThread thread_;
  std::shared_ptr<testing::StreamProbe> probe_ = std::make_shared<testing::StreamProbe>();
  absl::StatusOr<nats::Connection> connection_;
  std::unique_ptr<Server> server_;
};

/// A way from a client to a service.
struct Way {
  const char* name = "Nats";
  RouteChoice choice = RouteChoice::kNats;
  const char* direct = "";  // where the service takes direct links

  bool is_local() const { return choice == RouteChoice::kLocal; }
  friend void PrintTo(const Way& way, std::ostream* to) { *to << way.name; }
};

/// Tests run as coroutines on the loop of their client, which on the local way is the service's.
class Streams : public ::testing::Test {
 public:
  virtual Way way() const { return Way(); }

  void start(ServerOptions options = ServerOptions()) {
    std::string address = way().direct;
    if (address.starts_with("unix:")) address += concat("/fairlead-", ::getpid(), ".sock");
    if (!address.empty()) options.set_direct({address});
    instance_.emplace(server_.url(), options);
  }
  void run(Task<void> (*test)(Streams&)) {
    if (way().is_local()) {
      block_on(instance_->loop(), run_there(*this, test)).IgnoreError();
      return;
    }
    auto connected =
        loop_.run(nats::Connection::connect(loop_, nats::ConnectOptions(server_.url())));
    ASSERT_TRUE(connected.ok()) << connected.status();
    connection_.emplace(*std::move(connected));
    loop_.run(test(*this));
    connection_->close();
  }
  ClientOptions options() const { return ClientOptions().set_route(way().choice); }
  static Task<absl::Status> run_there(Streams& self, Task<void> (*test)(Streams&)) {
    co_await test(self);
    co_return absl::OkStatus();
  }
  Task<absl::Status> stop(milliseconds timeout) {
    if (!way().is_local()) co_return instance_->stop(timeout);
    co_return co_await instance_->server().stop(timeout);
  }
  StreamsClient client() { return StreamsClient(connection(), options()); }
  nats::Connection& connection() {
    return way().is_local() ? instance_->connection() : *connection_;
  }
  Loop& loop() { return way().is_local() ? instance_->loop() : loop_; }

  testing::NatsServer server_;
  std::optional<Instance> instance_;
  Loop loop_;
  std::optional<nats::Connection> connection_;
};

/// What holds for streams on each way.
class RoutedStreams : public Streams, public ::testing::WithParamInterface<Way> {
 public:
  Way way() const override { return GetParam(); }
};

std::string name_of(const ::testing::TestParamInfo<Way>& way) {
  return way.param.name;
}

const Way kDirectTls{"DirectTls", RouteChoice::kDirect, "127.0.0.1:0"};
const Way kDirectUnix{"DirectUnix", RouteChoice::kDirect, "unix:/tmp"};
const Way kLocal{"Local", RouteChoice::kLocal};

INSTANTIATE_TEST_SUITE_P(Routes, RoutedStreams,
                         ::testing::Values(Way(), kDirectTls, kDirectUnix, kLocal), name_of);

/// What holds on each way that leaves the process.
class RemoteStreams : public RoutedStreams {};

INSTANTIATE_TEST_SUITE_P(Routes, RemoteStreams, ::testing::Values(Way(), kDirectTls, kDirectUnix),
                         name_of);

// --- the three kinds

TEST_P(RoutedStreams, AServerStreamBringsAllInOrder) {
  start();
  run([](Streams& self) -> Task<void> {
    Metadata metadata;
    CallOptions options;
    options.set_reply_metadata(&metadata);
    auto stream = self.client().Count(count(20'000), options);
    std::int64_t expected = 0;
    while (auto next = co_await stream.read()) EXPECT_EQ(next->number(), ++expected);
    EXPECT_EQ(expected, 20'000);
    const absl::Status status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
    EXPECT_EQ(metadata.get("kind"), "count");
  });
}

TEST_P(RoutedStreams, AClientStreamIsSummed) {
  start();
  run([](Streams& self) -> Task<void> {
    Metadata metadata;
    Metadata sent;
    EXPECT_TRUE(sent.add("colour", "blue").ok());
    CallOptions options;
    options.set_reply_metadata(&metadata);
    options.set_metadata(sent);
    auto stream = self.client().Sum(options);
    for (int i = 1; i <= 20'000; ++i) {
      const Item next = item(i);
      const absl::Status status = co_await stream.write(next);
      EXPECT_TRUE(status.ok()) << status;
    }
    const auto total = co_await stream.finish();
    EXPECT_TRUE(total.ok()) << total.status();
    if (!total.ok()) co_return;
    EXPECT_EQ(total->count(), 20'000);
    EXPECT_EQ(total->sum(), 20'000LL * 20'001 / 2);
    EXPECT_EQ(metadata.get("colour"), "blue");
  });
}

TEST_P(RoutedStreams, ABidirectionalStreamTalks) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Echo();
    for (int i = 0; i < 100; ++i) {
      const Item next = item(i);
      const absl::Status status = co_await stream.write(next);
      EXPECT_TRUE(status.ok()) << status;
      const auto answer = co_await stream.read();
      EXPECT_TRUE(answer.has_value());
      if (!answer) co_return;
      EXPECT_EQ(answer->number(), i);
    }
    stream.close_writing();
    const auto none = co_await stream.read();
    EXPECT_FALSE(none.has_value());
    const absl::Status status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
  });
}

Task<void> write_all(probe::v1::StreamsClient, ClientReaderWriter<Item, Item>& stream,
                     int messages) {
  for (int i = 1; i <= messages; ++i) {
    const Item next = item(i);
    const absl::Status status = co_await stream.write(next);
    EXPECT_TRUE(status.ok()) << status;
  }
  stream.close_writing();
}

TEST_P(RoutedStreams, BothWaysAtOnceGoOnBeyondTheWindow) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Echo();
    TaskScope scope(self.loop());
    scope.spawn(write_all(self.client(), stream, 20'000));
    std::int64_t expected = 0;
    Item next;
    while (true) {
      const bool more = co_await stream.read(next);
      if (!more) break;
      EXPECT_EQ(next.number(), ++expected);
    }
    EXPECT_EQ(expected, 20'000);
    co_await scope.join();
    const absl::Status status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
  });
}

TEST_F(Streams, OneWithWrongOptionsEndsWithWhatIsWrong) {
  start();
  run([](Streams& self) -> Task<void> {
    ClientOptions options;
    options.set_policy("Kount", CallPolicy());
    const StreamsClient client(self.connection(), options);
    auto stream = client.Count(count(3));
    const auto none = co_await stream.read();
    EXPECT_FALSE(none.has_value());
    const absl::Status status = co_await stream.finish();
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
    EXPECT_THAT(std::string(message_of(status)), ::testing::HasSubstr("Kount"));
    auto sum = client.Sum();
    const Item one = item(1);
    const absl::Status written = co_await sum.write(one);
    EXPECT_TRUE(absl::IsInvalidArgument(written)) << written;
  });
}

TEST_P(RoutedStreams, EmptyStreamsAndEmptyMessagesAreWell) {
  start();
  run([](Streams& self) -> Task<void> {
    auto none = self.client().Count(count(0));
    const auto nothing = co_await none.read();
    EXPECT_FALSE(nothing.has_value());
    absl::Status status = co_await none.finish();
    EXPECT_TRUE(status.ok()) << status;

    auto sum = self.client().Sum();
    const auto total = co_await sum.finish();
    EXPECT_TRUE(total.ok()) << total.status();
    if (total.ok()) {
      EXPECT_EQ(total->count(), 0);
    }

    auto drain = self.client().Drain();
    const Item empty;
    status = co_await drain.write(empty);
    EXPECT_TRUE(status.ok()) << status;
    const auto drained = co_await drain.finish();
    EXPECT_TRUE(drained.ok()) << drained.status();
  });
}

TEST_P(RoutedStreams, BlockingClientsHaveThemToo) {
  start();
  LoopThread thread;
  auto connection = nats::connect_and_wait(thread.loop(), nats::ConnectOptions(server_.url()));
  ASSERT_TRUE(connection.ok());
  if (way().is_local()) connection = instance_->connection();
  const StreamsBlockingClient client(*connection, options());

  auto counting = client.Count(count(100));
  std::int64_t expected = 0;
  while (const auto next = counting.read()) EXPECT_EQ(next->number(), ++expected);
  EXPECT_EQ(expected, 100);
  EXPECT_TRUE(counting.finish().ok());

  auto summing = client.Sum();
  for (int i = 1; i <= 100; ++i) EXPECT_TRUE(summing.write(item(i)).ok());
  const auto total = summing.finish();
  ASSERT_TRUE(total.ok()) << total.status();
  EXPECT_EQ(total->sum(), 5050);

  auto echoing = client.Echo();
  EXPECT_TRUE(echoing.write(item(7)).ok());
  const auto answer = echoing.read();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->number(), 7);
  EXPECT_TRUE(echoing.finish().ok());

  { const auto dropped = client.Count(count(-1)); }
  EXPECT_EQ(instance_->probe().await_ends(3)[2].code(), absl::StatusCode::kCancelled);
}

// --- ends

TEST_P(RoutedStreams, AStatusComesBehindTheMessages) {
  start();
  run([](Streams& self) -> Task<void> {
    CountRequest request = count(3);
    request.set_code(5);
    request.set_message("no \xe2\x98\x83 more");
    auto stream = self.client().Count(request);
    int messages = 0;
    while (auto next = co_await stream.read()) ++messages;
    EXPECT_EQ(messages, 3);
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(message_of(status), "no \xe2\x98\x83 more");
    EXPECT_EQ(status_origin(status), Origin::kRemote);
  });
}

TEST_P(RoutedStreams, AnExceptionIsTheEndAndTheServiceLivesOn) {
  start();
  run([](Streams& self) -> Task<void> {
    for (int i = 0; i < 2; ++i) {
      auto stream = self.client().Throw(item(1));
      const auto first = co_await stream.read();
      EXPECT_TRUE(first.has_value());
      const absl::Status status = co_await stream.finish();
      EXPECT_EQ(status.code(), absl::StatusCode::kInternal);
      EXPECT_EQ(message_of(status), "internal error");
    }
  });
}

TEST_F(Streams, NoInstanceIsTheEndAtOnce) {
  run([](Streams& self) -> Task<void> {
    auto counting = self.client().Count(count(1));
    const auto none = co_await counting.read();
    EXPECT_FALSE(none.has_value());
    absl::Status status = co_await counting.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(message_of(status), "no instance of probe.v1.Streams is up");
    auto summing = self.client().Sum();
    const Item one = item(1);
    status = co_await summing.write(one);
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    const auto total = co_await summing.finish();
    EXPECT_EQ(total.status().code(), absl::StatusCode::kUnavailable);
  });
}

TEST_P(RoutedStreams, AHandlerMayReturnBeforeTheCallerHasSentAll) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().First();
    const Item one = item(1);
    absl::Status status;
    while (status.ok()) status = co_await stream.write(one);
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    const auto first = co_await stream.read();
    EXPECT_TRUE(first.has_value());
    status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
  });
}

TEST_P(RoutedStreams, ACallerMayCancel) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Wait();
    const auto first = co_await stream.read();
    EXPECT_TRUE(first.has_value());
    stream.cancel();
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  });
  EXPECT_EQ(instance_->probe().await_ends(1)[0],
            absl::CancelledError("the caller cancelled the stream"));
  EXPECT_TRUE(instance_->stop(seconds(10)).ok());
  EXPECT_EQ(instance_->probe().cancelled, 1);
}

TEST_P(RoutedStreams, LettingGoOfAStreamCancelsIt) {
  start();
  run([](Streams& self) -> Task<void> {
    {
      auto stream = self.client().Count(count(-1, 100));
      const auto first = co_await stream.read();
      EXPECT_TRUE(first.has_value());
    }
    const absl::Status flushed = co_await self.connection().flush(seconds(5));
    EXPECT_TRUE(flushed.ok());
  });
  EXPECT_EQ(instance_->probe().await_ends(1)[0].code(), absl::StatusCode::kCancelled);
}

TEST_P(RoutedStreams, ADeadlineCoversTheWholeStream) {
  start();
  run([](Streams& self) -> Task<void> {
    CallOptions options;
    options.set_timeout(milliseconds(100));
    auto stream = self.client().Wait(options);
    const auto first = co_await stream.read();
    EXPECT_TRUE(first.has_value());
    const auto none = co_await stream.read();
    EXPECT_FALSE(none.has_value());
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kDeadlineExceeded) << status;
  });
  // The service has a clock of its own, or hears the caller's cancel: one of them is first.
  EXPECT_FALSE(instance_->probe().await_ends(1)[0].ok());
}

TEST_F(Streams, ALostConnectionEndsBothSides) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Wait();
    const auto first = co_await stream.read();
    EXPECT_TRUE(first.has_value());
    self.server_.kill();
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable) << status;
  });
  EXPECT_EQ(instance_->probe().await_ends(1)[0].code(), absl::StatusCode::kUnavailable);
}

TEST_P(RoutedStreams, AServiceThatStopsEndsWhatDoesNotEndByItself) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Wait();
    const auto first = co_await stream.read();
    EXPECT_TRUE(first.has_value());
    const absl::Status stopped = co_await self.stop(milliseconds(10));
    EXPECT_EQ(stopped.code(), absl::StatusCode::kDeadlineExceeded);
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(message_of(status), "the service is stopping");
  });
}

class DirectlyRoutedStreams : public Streams {
 public:
  Way way() const override { return kDirectTls; }
};

TEST_F(DirectlyRoutedStreams, OutliveTheNatsServer) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Echo();
    for (int i = 1; i <= 3; ++i) {
      const Item next = item(i);
      absl::Status status = co_await stream.write(next);
      EXPECT_TRUE(status.ok()) << status;
      const auto answer = co_await stream.read();
      EXPECT_TRUE(answer.has_value());
      if (answer) {
        EXPECT_EQ(answer->number(), i);
      }
      if (i == 1) self.server_.kill();
    }
    const absl::Status status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
  });
}

// --- back-pressure

TEST_P(RoutedStreams, ASlowReaderHoldsUpItsWriterAndNobodyElse) {
  start();
  run([](Streams& self) -> Task<void> {
    auto slow = self.client().Count(count(-1, 64 << 10));
    const auto first = co_await slow.read();
    EXPECT_TRUE(first.has_value());
    auto other = self.client().Sum();
    for (int i = 1; i <= 10'000; ++i) {
      const Item next = item(i);
      const absl::Status status = co_await other.write(next);
      EXPECT_TRUE(status.ok()) << status;
    }
    const auto total = co_await other.finish();
    EXPECT_TRUE(total.ok()) << total.status();
    // A window of 1 MiB, and the messages that were on their way when the first was read.
    EXPECT_LE(self.instance_->probe().written.load(), (1 << 20) / (64 << 10) + 1);
    for (int i = 2; i <= 100; ++i) {
      const auto next = co_await slow.read();
      EXPECT_TRUE(next.has_value());
      if (!next) co_return;
      EXPECT_EQ(next->number(), i);
    }
  });
}

TEST_P(RemoteStreams, AMessageOverMaxPayloadEndsNothing) {
  start();
  run([](Streams& self) -> Task<void> {
    auto stream = self.client().Echo();
    Item huge;
    huge.set_data(std::string(2 << 20, 'x'));
    absl::Status status = co_await stream.write(huge);
    EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
    const Item small = item(5);
    status = co_await stream.write(small);
    EXPECT_TRUE(status.ok()) << status;
    const auto answer = co_await stream.read();
    EXPECT_TRUE(answer.has_value());
    if (answer) {
      EXPECT_EQ(answer->number(), 5);
    }
    status = co_await stream.finish();
    EXPECT_TRUE(status.ok()) << status;
  });
}

Task<void> echo_once(StreamsClient client, int number, int& done) {
  auto stream = client.Echo();
  const Item next = item(number);
  absl::Status status = co_await stream.write(next);
  EXPECT_TRUE(status.ok()) << status;
  const auto answer = co_await stream.read();
  EXPECT_TRUE(answer.has_value());
  if (answer) {
    EXPECT_EQ(answer->number(), number);
  }
  status = co_await stream.finish();
  EXPECT_TRUE(status.ok()) << status;
  ++done;
}

TEST_P(RoutedStreams, ThousandsRunOnOneConnection) {
  start();
  run([](Streams& self) -> Task<void> {
    int done = 0;
    TaskScope scope(self.loop());
    for (int i = 0; i < 5000; ++i) scope.spawn(echo_once(self.client(), i, done));
    co_await scope.join();
    EXPECT_EQ(done, 5000);
  });
}

TEST_P(RoutedStreams, StreamsOverTheLimitWaitForTheirTurn) {
  start();
  run([](Streams& self) -> Task<void> {
    auto one = self.client().Wait();
    auto two = self.client().Wait();
    auto three = self.client().Wait();
    auto four = self.client().Wait();
    const auto first = co_await one.read();
    const auto second = co_await two.read();
    EXPECT_TRUE(first.has_value());
    EXPECT_TRUE(second.has_value());
    EXPECT_EQ(self.instance_->probe().started, 2);
    // What comes behind has been answered, so all before it has arrived.
    int echoed = 0;
    co_await echo_once(self.client(), 1, echoed);
    three.cancel();  // while it waits
    const absl::Status ended = co_await one.finish();
    EXPECT_TRUE(ended.ok()) << ended;
    const auto fourth = co_await four.read();
    EXPECT_TRUE(fourth.has_value());
    EXPECT_EQ(self.instance_->probe().started, 3);
  });
}

TEST_P(RoutedStreams, StreamsOverTheQueueAreToldSoAtOnce) {
  ServerOptions options;
  options.set_queue_limit(0);
  start(options);
  run([](Streams& self) -> Task<void> {
    {
      auto one = self.client().Wait();
      auto two = self.client().Wait();
      auto three = self.client().Wait();
      const absl::Status status = co_await three.finish();
      EXPECT_EQ(status.code(), absl::StatusCode::kResourceExhausted) << status;
      EXPECT_TRUE(retry_pushback(status).has_value());
    }
    const absl::Status flushed = co_await self.connection().flush(seconds(5));
    EXPECT_TRUE(flushed.ok()) << flushed;
  });
}

// --- the wire

nats::Headers frame(const std::string& value) {
  nats::Headers headers;
  headers.add("fl-frame", value);
  return headers;
}

TEST_F(Streams, JsonMaySpeakToo) {
  start();
  run([](Streams& self) -> Task<void> {
    const std::string inbox = self.connection().new_inbox();
    auto replies = self.connection().subscribe(inbox);
    EXPECT_TRUE(replies.ok());
    nats::Headers headers;
    headers.add("fl-stream", "10");
    const absl::Status sent =
        self.connection().publish("probe.v1.Streams.Count", "{\"count\":2}", headers, inbox);
    EXPECT_TRUE(sent.ok()) << sent;
    std::vector<std::string> shown;
    for (int i = 0; i < 4; ++i) {
      const auto message = co_await replies->next(Deadline::after(seconds(5)));
      EXPECT_TRUE(message.ok()) << message.status();
      if (!message.ok()) co_return;
      shown.push_back(
          concat(message->headers.get("fl-frame").value_or("none"), " ", message->payload));
    }
    EXPECT_THAT(shown, ::testing::ElementsAre("w 0 ", "m 1 {\"number\":\"1\"}",
                                              "m 2 {\"number\":\"2\"}", "e 2 "));
  });
}

TEST_F(Streams, NobodyIsSentMoreThanHeAskedFor) {
  start();
  run([](Streams& self) -> Task<void> {
    const std::string inbox = self.connection().new_inbox();
    auto replies = self.connection().subscribe(inbox);
    nats::Headers headers;
    headers.add("fl-stream", "2");
    absl::Status sent =
        self.connection().publish("probe.v1.Streams.Count", "{\"count\":3}", headers, inbox);
    EXPECT_TRUE(sent.ok()) << sent;
    std::string peer;
    const char* const opening[] = {"w 0", "m 1", "m 2"};
    for (const char* expected : opening) {
      const auto message = co_await replies->next(Deadline::after(seconds(5)));
      EXPECT_TRUE(message.ok());
      if (!message.ok()) co_return;
      EXPECT_EQ(message->headers.get("fl-frame"), expected);
      if (peer.empty()) peer = std::string(message->headers.get("fl-peer").value_or(""));
    }
    EXPECT_TRUE(peer.starts_with("probe.v1.Streams._.")) << peer;
    EXPECT_EQ(self.instance_->probe().written, 2);
    const nats::Headers window = frame("w 3");
    sent = self.connection().publish(peer, "", window);
    EXPECT_TRUE(sent.ok());
    const char* const closing[] = {"m 3", "e 3"};
    for (const char* expected : closing) {
      const auto message = co_await replies->next(Deadline::after(seconds(5)));
      EXPECT_TRUE(message.ok());
      if (message.ok()) {
        EXPECT_EQ(message->headers.get("fl-frame"), expected);
      }
    }
  });
}

TEST_F(Streams, ARequestThatOpensNoStreamIsToldSo) {
  start();
  run([](Streams& self) -> Task<void> {
    const auto reply =
        co_await self.connection().request("probe.v1.Streams.Count", "{}", seconds(5));
    EXPECT_TRUE(reply.ok()) << reply.status();
    if (reply.ok()) {
      EXPECT_EQ(reply->headers.get("grpc-status"), "3");
    }
  });
}

/// A service made by hand, which says what a test tells it to.
class FakeService {
 public:
  FakeService(nats::Connection connection, const std::string& method) : connection_(connection) {
    requests_.emplace(*connection_.subscribe("probe.v1.Streams." + method));
  }
  Task<void> accept() {
    auto request = co_await requests_->next(Deadline::after(seconds(5)));
    EXPECT_TRUE(request.ok()) << request.status();
    if (request.ok()) caller_ = request->reply;
    nats::Headers headers = frame("w 100");
    headers.add("fl-peer", "probe.v1.Streams._.x.y");
    say(std::move(headers));
  }
  void say(nats::Headers headers) { EXPECT_TRUE(connection_.publish(caller_, "", headers).ok()); }

 private:
  nats::Connection connection_;
  std::optional<nats::Subscription> requests_;
  std::string caller_;
};

TEST_F(Streams, AGapIsDataLoss) {
  run([](Streams& self) -> Task<void> {
    FakeService service(self.connection(), "Count");
    auto stream = self.client().Count(count(9));
    co_await service.accept();
    const char* const numbers[] = {"m 1", "m 2", "m 5"};
    for (const char* number : numbers) service.say(frame(number));
    int messages = 0;
    while (auto next = co_await stream.read()) ++messages;
    EXPECT_EQ(messages, 2);
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status, absl::DataLossError("messages 3 to 4 of the stream were lost on the way"));
  });
}

TEST_F(Streams, AServiceThatAnswersOtherwiseIsNoStream) {
  run([](Streams& self) -> Task<void> {
    FakeService service(self.connection(), "Count");
    auto stream = self.client().Count(count(9));
    co_await service.accept();
    service.say(nats::Headers());
    const absl::Status status = co_await stream.finish();
    EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
  });
}

// Takes 15 s: so long may a peer be silent.
TEST_F(Streams, APeerThatIsSilentIsDead) {
  start();
  run([](Streams& self) -> Task<void> {
    // A caller that the service does not hear of again.
    const std::string inbox = self.connection().new_inbox();
    auto replies = self.connection().subscribe(inbox);
    nats::Headers headers;
    headers.add("fl-stream", "10");
    const absl::Status sent =
        self.connection().publish("probe.v1.Streams.Wait", "", headers, inbox);
    EXPECT_TRUE(sent.ok());
    // A service that the caller does not hear of again.
    nats::Connection connection = self.connection();
    auto requests = connection.subscribe("other.probe.v1.Streams.Count");
    ClientOptions options;
    options.set_prefix("other");
    StreamsClient other(connection, options);
    const auto start = Deadline::Clock::now();
    auto stream = other.Count(count(1));
    absl::Status status = co_await stream.finish();
    EXPECT_EQ(status, absl::UnavailableError("nothing was heard of the service for 15 s"));
    EXPECT_LT(Deadline::Clock::now() - start, seconds(16));
    bool ended = false;
    while (!ended) {
      const auto message = co_await replies->next(Deadline::after(seconds(5)));
      EXPECT_TRUE(message.ok()) << message.status();
      if (!message.ok()) co_return;
      ended = message->headers.get("fl-frame") == "e 1";
      if (ended) {
        EXPECT_EQ(message->headers.get("grpc-status"), "14");
      }
    }
  });
}

}  // namespace
}  // namespace fairlead
