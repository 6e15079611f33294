// The layers between a client and its route, in their real order, against instances that come and
// go.
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "fairlead/block_on.hpp"
#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/ask.hpp"
#include "tests/integration/eventually.hpp"
#include "tests/integration/probe.hpp"
#include "tests/integration/span_recorder.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// What all instances of a test have run.
class Record {
 public:
  void add(std::int64_t number, int previous_attempts) {
    const std::lock_guard lock(mutex_);
    ++runs_[number];
    most_at_once_ = std::max(most_at_once_, ++at_once_);
    if (previous_attempts > 0) repeated_.insert(number);
  }
  void end() {
    const std::lock_guard lock(mutex_);
    --at_once_;
  }
  int most_at_once() {
    const std::lock_guard lock(mutex_);
    return most_at_once_;
  }
  int runs(std::int64_t number) {
    const std::lock_guard lock(mutex_);
    const auto found = runs_.find(number);
    return found == runs_.end() ? 0 : found->second;
  }
  std::size_t repeated() {
    const std::lock_guard lock(mutex_);
    return repeated_.size();
  }
  int most_runs_of_one() {
    const std::lock_guard lock(mutex_);
    int most = 0;
    for (const auto& [number, runs] : runs_) most = std::max(most, runs);
    return most;
  }

 private:
  std::mutex mutex_;
  std::map<std::int64_t, int> runs_;
  std::set<std::int64_t> repeated_;
  int at_once_ = 0;
  int most_at_once_ = 0;
};

/// The probe service, which notes what it runs. Echo, which is idempotent, may be made to hang.
class Recorder : public testing::Probe {
 public:
  explicit Recorder(std::shared_ptr<Record> record) : record_(std::move(record)) {}

  EchoReply EchoBlocking(Context& context, const EchoRequest& request) {
    record_->add(request.number(), context.previous_attempts());
    EchoReply reply;
    reply.set_number(request.number());
    record_->end();
    return reply;
  }
  Task<absl::StatusOr<EchoReply>> Echo(Context& context, EchoRequest request) {
    record_->add(request.number(), context.previous_attempts());
    while (hangs) co_await context.connection()->loop().sleep(milliseconds(2));
    EchoReply reply;
    reply.set_number(request.number());
    record_->end();
    co_return reply;
  }

  // On the loop of the instance.
  bool hangs = false;

 private:
  std::shared_ptr<Record> record_;
};

class Instance {
 public:
  Instance(const std::string& url, std::shared_ptr<Record> record,
           const ServerOptions& options = ServerOptions())
      : recorder_(std::make_shared<Recorder>(std::move(record))),
        connection_(nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(url)).value()),
        server_(std::make_unique<Server>(connection_, std::make_shared<WorkerPool>(4), options)) {
    run([this]() -> Task<absl::Status> {
      absl::Status status = server_->add(probe::v1::ProbeService::bind(recorder_));
      if (status.ok()) status = co_await server_->start();
      co_return status;
    });
  }
  ~Instance() {
    run([this]() -> Task<absl::Status> {
      recorder_->hangs = false;
      recorder_->gate.open();
      absl::Status status;
      if (!killed_) status = co_await server_->stop(seconds(10));
      server_.reset();
      connection_.close();
      co_return status;
    });
  }

  /// Ends the connection at once, as a crash would.
  void kill() {
    killed_ = true;
    run([this]() -> Task<absl::Status> {
      connection_.close();
      co_return absl::OkStatus();
    });
  }
  testing::Gate& gate() { return recorder_->gate; }
  void hang() {
    run([this]() -> Task<absl::Status> {
      recorder_->hangs = true;
      co_return absl::OkStatus();
    });
  }

 private:
  template <typename F>
  void run(F make_task) {
    const absl::Status status = block_on(thread_.loop(), make_task());
    EXPECT_TRUE(status.ok()) << status;
  }

  LoopThread thread_;
  std::shared_ptr<Recorder> recorder_;
  nats::Connection connection_;
  std::unique_ptr<Server> server_;
  bool killed_ = false;
};

/// A caller of all layers, or of those that a test turns on.
class ResilienceTest : public ::testing::Test {
 protected:
  static CallPolicy all_layers() {
    return CallPolicy()
        .set_retry(RetryPolicy().set_attempts(5))
        .set_throttle(ThrottlePolicy())
        .set_breaker(BreakerPolicy())
        .set_hedge(HedgePolicy());
  }

  std::unique_ptr<Instance> start_instance(const ServerOptions& options = ServerOptions()) {
    return std::make_unique<Instance>(server_.url(), record_, options);
  }
  /// Calls Hold so many times and waits for no answer.
  void hold(int calls) {
    const auto publish = [](nats::Connection to, int times) -> Task<absl::Status> {
      for (int i = 0; i < times; ++i) to.publish("probe.v1.Probe.Hold", "").IgnoreError();
      co_return co_await to.flush(seconds(5));
    };
    EXPECT_TRUE(block_on(thread_.loop(), publish(connection(), calls)).ok());
  }
  /// Whether Hold is answered quickly, twenty times in a row, within ten seconds.
  bool holds_no_more() {
    const auto client = blocking_client(CallPolicy());
    CallOptions options;
    options.set_timeout(milliseconds(200));
    const Deadline patience = Deadline::after(seconds(10));
    int in_a_row = 0;
    while (in_a_row < 20 && !patience.passed()) {
      in_a_row = client.Hold(EchoRequest(), options).ok() ? in_a_row + 1 : 0;
    }
    return in_a_row == 20;
  }
  nats::Connection connection() {
    if (!connection_) {
      connection_ =
          nats::connect_and_wait(thread_.loop(), nats::ConnectOptions(server_.url())).value();
    }
    return *connection_;
  }
  /// How many calls of Hold have failed, as the service says.
  int failed_holds() {
    const auto text =
        block_on(thread_.loop(), testing::ask(connection(), "$SRV.STATS.probe-v1-Probe"));
    const auto stats = nlohmann::json::parse(text.value());
    for (const auto& endpoint : stats["endpoints"]) {
      if (endpoint["name"] == "Hold") return endpoint["num_errors"];
    }
    return -1;
  }

  probe::v1::ProbeBlockingClient blocking_client(const CallPolicy& policy) {
    return probe::v1::ProbeBlockingClient(connection(), ClientOptions().set_policy(policy));
  }

  /// Calls EchoBlocking, which is not idempotent, from eight coroutines at once, and does
  /// `meanwhile` on this thread after a while of it. What became of each call, by its number.
  std::map<std::int64_t, absl::Status> call_under_way(const CallPolicy& policy,
                                                      const std::function<void()>& meanwhile) {
    const probe::v1::ProbeClient client(connection(), ClientOptions().set_policy(policy));
    Progress progress;
    std::thread disturbance([&] {
      progress.await(200);
      meanwhile();
      progress.end();
    });
    const absl::Status ended = block_on(thread_.loop(), call_all(client, progress));
    EXPECT_TRUE(ended.ok()) << ended;
    disturbance.join();
    return progress.outcomes;
  }

  testing::NatsServer server_;
  std::shared_ptr<Record> record_ = std::make_shared<Record>();
  LoopThread thread_;

 private:
  /// Shared by the loop of the callers and the thread that disturbs them.
  struct Progress {
    void await(int calls) {
      std::unique_lock lock(mutex);
      changed.wait(lock, [&] { return static_cast<int>(outcomes.size()) >= calls; });
    }
    void end() {
      const std::lock_guard lock(mutex);
      // So many more calls, so that they see what comes after.
      last = next + 400;
    }
    std::optional<std::int64_t> take() {
      const std::lock_guard lock(mutex);
      if (next >= last) return std::nullopt;
      return next++;
    }
    void put(std::int64_t number, absl::Status status) {
      const std::lock_guard lock(mutex);
      outcomes[number] = std::move(status);
      changed.notify_all();
    }
    std::mutex mutex;
    std::condition_variable changed;
    std::map<std::int64_t, absl::Status> outcomes;
    std::int64_t next = 0;
    std::int64_t last = 1'000'000'000;
  };

  Task<absl::Status> call_all(const probe::v1::ProbeClient& client, Progress& progress) {
    TaskScope scope(thread_.loop());
    for (int i = 0; i < 8; ++i) scope.spawn(call_many(client, progress));
    co_await scope.join();
    co_return absl::OkStatus();
  }
  static Task<void> call_many(const probe::v1::ProbeClient& client, Progress& progress) {
    CallOptions options;
    options.set_timeout(seconds(2));
    while (const auto number = progress.take()) {
      EchoRequest request;
      request.set_number(*number);
      const auto reply = co_await client.EchoBlocking(request, options);
      progress.put(*number, reply.status());
    }
  }

  std::optional<nats::Connection> connection_;
};

TEST_F(ResilienceTest, NoCallFailsWhileTheOnlyInstanceIsReplaced) {
  auto instance = start_instance();
  const auto outcomes = call_under_way(all_layers(), [&] {
    instance.reset();
    instance = start_instance();
  });
  for (const auto& [number, status] : outcomes) {
    EXPECT_TRUE(status.ok()) << number << ": " << status;
    EXPECT_EQ(record_->runs(number), 1) << number;
  }
  EXPECT_GT(record_->repeated(), 0u);
}

TEST_F(ResilienceTest, ACrashMakesNoCallRunTwice) {
  auto first = start_instance();
  auto second = start_instance();
  const auto outcomes = call_under_way(all_layers(), [&] { first->kill(); });
  EXPECT_EQ(record_->most_runs_of_one(), 1);
  std::size_t failed = 0;
  for (const auto& [number, status] : outcomes) {
    if (status.ok()) {
      EXPECT_EQ(record_->runs(number), 1) << number;
    } else {
      ++failed;
    }
  }
  // Those that the first one had, at most one for each caller.
  EXPECT_LE(failed, 8u);
}

TEST_F(ResilienceTest, RetriesStayWithinTheirBudget) {
  int calls = 0;
  int retries = 0;
  const auto refuse = [&](const nats::MessageView& request) {
    const bool is_retry =
        request.header.find("grpc-previous-rpc-attempts") != std::string_view::npos;
    ++(is_retry ? retries : calls);
    nats::Headers headers;
    headers.add("grpc-status", "8");
    headers.add("grpc-retry-pushback-ms", "1");
    connection().publish(request.reply, "", headers).IgnoreError();
  };
  CallPolicy policy;
  policy.set_retry(RetryPolicy().set_budget_per_second(1));
  connection();
  const auto call_and_count = [&]() -> Task<absl::Status> {
    auto subscription =
        connection().subscribe("probe.v1.Probe.EchoBlocking", nats::SubscribeOptions(), refuse);
    if (!subscription.ok()) co_return subscription.status();
    const probe::v1::ProbeClient client(connection(), ClientOptions().set_policy(policy));
    const EchoRequest request;
    std::vector<FailedAttempt> attempts;
    const CallOptions options = CallOptions().set_failed_attempts(&attempts);
    for (int i = 0; i < 200; ++i) {
      const int before = retries;
      const auto reply = co_await client.EchoBlocking(request, options);
      EXPECT_TRUE(absl::IsResourceExhausted(reply.status())) << reply.status();
      EXPECT_EQ(attempts.size(), static_cast<std::size_t>(retries - before));
      for (const FailedAttempt& attempt : attempts) {
        EXPECT_TRUE(absl::IsResourceExhausted(attempt.status())) << attempt.status();
        EXPECT_GE(attempt.wait(), milliseconds(1));
      }
    }
    subscription->unsubscribe();
    co_return absl::OkStatus();
  };
  const absl::Status status = block_on(thread_.loop(), call_and_count());
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(calls, 200);
  // A fifth of the calls, and one a second of the last ten.
  EXPECT_GE(retries, 10);
  EXPECT_LE(retries, 50);
}

TEST_F(ResilienceTest, AnOpenBreakerSaysSoAndClosesOnceAnInstanceIsBack) {
  CallPolicy policy;
  policy.set_breaker(BreakerPolicy().set_open_time(milliseconds(200)));
  const auto client = blocking_client(policy);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(message_of(client.EchoBlocking(EchoRequest()).status()),
              "no instance of probe.v1.Probe is up");
  }
  const absl::Status refused = client.EchoBlocking(EchoRequest()).status();
  EXPECT_TRUE(absl::IsUnavailable(refused));
  EXPECT_THAT(
      std::string(message_of(refused)),
      ::testing::MatchesRegex("the circuit breaker of probe.v1.Probe.EchoBlocking is open for "
                              "another 0\\.[12]s: 20 of 20 calls in 10s failed, the last "
                              "with \"no instance of probe.v1.Probe is up\""));
  EXPECT_FALSE(may_have_executed(refused));
  // Another method has a breaker of its own.
  EXPECT_EQ(message_of(client.Nothing(google::protobuf::Empty()).status()),
            "no instance of probe.v1.Probe is up");

  const auto instance = start_instance();
  const Deadline patience = Deadline::after(seconds(10));
  while (!client.EchoBlocking(EchoRequest()).ok()) ASSERT_FALSE(patience.passed());
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(client.EchoBlocking(EchoRequest()).ok());
}

TEST_F(ResilienceTest, AThrottleTriesADeadServiceNowAndThenAndLetsGoOnceItIsBack) {
  CallPolicy policy;
  policy.set_throttle(ThrottlePolicy().set_window(milliseconds(500)));
  const auto client = blocking_client(policy);
  int held_back = 0;
  for (int i = 0; i < 200; ++i) {
    const absl::Status status = client.EchoBlocking(EchoRequest()).status();
    ASSERT_TRUE(absl::IsUnavailable(status));
    if (message_of(status).find("are throttled") != std::string_view::npos) ++held_back;
  }
  EXPECT_GT(held_back, 100);
  const auto instance = start_instance();
  const Deadline patience = Deadline::after(seconds(10));
  for (int in_a_row = 0; in_a_row < 100;) {
    ASSERT_FALSE(patience.passed());
    in_a_row = client.EchoBlocking(EchoRequest()).ok() ? in_a_row + 1 : 0;
  }
}

TEST_F(ResilienceTest, ASlowCallIsSentAgainAndTheFirstAnswerCounts) {
  const auto slow = start_instance();
  const auto quick = start_instance();
  CallPolicy policy;
  policy.set_hedge(HedgePolicy().set_max_ratio(1));
  testing::SpanRecorder spans;
  const probe::v1::ProbeBlockingClient client(
      connection(), ClientOptions().set_policy(policy).set_tracer(spans.tracer()));
  for (int i = 0; i < 150; ++i) ASSERT_TRUE(client.Echo(EchoRequest()).ok());
  slow->hang();
  // A call comes to the slow instance, and is answered by the quick one.
  CallOptions options;
  options.set_timeout(milliseconds(500));
  const Deadline patience = Deadline::after(seconds(60));
  bool saved = false;
  for (std::int64_t number = 1; !saved; ++number) {
    ASSERT_FALSE(patience.passed());
    EchoRequest request;
    request.set_number(number);
    const auto reply = client.Echo(request, options);
    if (!reply.ok()) continue;  // both came to the slow one
    EXPECT_EQ(reply->number(), number);
    saved = record_->runs(number) == 2;
  }
  EXPECT_EQ(spans.events(*spans.all().back()), std::vector<std::string>{"hedge"});
}

// Of Hold two run at once, and with a queue of eight six may wait before it is nearly full.
TEST_F(ResilienceTest, AnOverloadedInstanceLeavesItsShareToOthersAndComesBack) {
  ServerOptions options;
  options.set_queue_limit(8).set_leave_when_overloaded(true);
  const auto full = start_instance(options);
  hold(8);
  auto other = start_instance();
  other->gate().open();
  EXPECT_TRUE(holds_no_more());
  full->gate().open();
  other.reset();
  EXPECT_TRUE(holds_no_more());
  EXPECT_GE(full->gate().arrived(), 28);
}

TEST_F(ResilienceTest, ACallWhoseDeadlinePassesInTheQueueIsNotRun) {
  const auto instance = start_instance();
  hold(2);
  instance->gate().await(2);
  const auto client = blocking_client(CallPolicy());
  CallOptions options;
  options.set_timeout(milliseconds(50));
  const absl::Status status = client.Hold(EchoRequest(), options).status();
  EXPECT_TRUE(absl::IsDeadlineExceeded(status)) << status;
  // The service counts from when the call came, so its deadline is a little later.
  testing::eventually([&] { return failed_holds() == 1; });
  instance->gate().open();
  EXPECT_TRUE(client.Hold(EchoRequest()).ok());
  EXPECT_EQ(instance->gate().arrived(), 3);
}

TEST_F(ResilienceTest, ALimitThatAdaptsItselfIsInForce) {
  ServerOptions options;
  options.set_adaptive_limit(AdaptiveLimit().set_initial(1).set_min(1).set_max(1));
  const auto instance = start_instance(options);
  const auto outcomes = call_under_way(CallPolicy(), [] {});
  for (const auto& [number, status] : outcomes) EXPECT_TRUE(status.ok()) << number << status;
  EXPECT_EQ(record_->most_at_once(), 1);
}

TEST_F(ResilienceTest, OptionsForAMethodThatIsNotThereFailEveryCall) {
  const auto instance = start_instance();
  ClientOptions options;
  options.set_policy("EchoBlock", CallPolicy());
  const probe::v1::ProbeBlockingClient client(connection(), options);
  const absl::Status status = client.Nothing(google::protobuf::Empty()).status();
  EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
}

}  // namespace
}  // namespace fairlead
