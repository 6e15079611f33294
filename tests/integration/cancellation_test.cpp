// What becomes of a call that its caller gives up, and of the calls that were made for it.
#include <gtest/gtest.h>

#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "probe.fairlead.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoReply;
using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using std::chrono::seconds;

EchoRequest text(const std::string& text) {
  EchoRequest request;
  request.set_text(text);
  return request;
}

/// The probe service, of which a method waits for a message that never comes. Its Hold does not
/// hold the calls that only show how long one takes.
class Listener : public testing::Probe {
 public:
  EchoReply Hold(Context& context, const EchoRequest& request) {
    if (request.text() == "passing") return EchoReply();
    return Probe::Hold(context, request);
  }
  Task<absl::StatusOr<EchoReply>> RelayAside(Context& context, EchoRequest) {
    auto subscription = context.connection()->subscribe("nothing.comes");
    EXPECT_TRUE(subscription.ok()) << subscription.status();
    const auto message = co_await subscription->next();
    heard = message.status();
    co_return EchoReply();
  }

  absl::Status heard;
};

/// The probe service and its caller on one loop, by way of NATS or not; the parameter says which.
class CancelCall : public ::testing::TestWithParam<RouteChoice> {
 public:
  void run(Task<void> (*test)(CancelCall&)) { loop_.run(start_and(test)); }

  probe::v1::ProbeClient client() {
    ClientOptions options;
    options.set_route(GetParam());
    return probe::v1::ProbeClient(*connection_, options);
  }
  /// One whose calls are hedged, or repeated.
  probe::v1::ProbeClient client(const CallPolicy& policy) {
    ClientOptions options;
    options.set_route(GetParam()).set_policy(policy);
    return probe::v1::ProbeClient(*connection_, options);
  }
  nats::Connection& connection() { return *connection_; }
  Listener& probe() { return *probe_; }
  Loop& loop() { return loop_; }

 private:
  Task<void> start_and(Task<void> (*test)(CancelCall&)) {
    auto connected = co_await nats::Connection::connect(loop_, nats::ConnectOptions(server_.url()));
    EXPECT_TRUE(connected.ok()) << connected.status();
    if (!connected.ok()) co_return;
    connection_.emplace(*connected);
    Server server(*connection_, std::make_shared<WorkerPool>(2));
    absl::Status status = server.add(probe::v1::ProbeService::bind(probe_));
    EXPECT_TRUE(status.ok()) << status;
    status = co_await server.start();
    EXPECT_TRUE(status.ok()) << status;
    co_await test(*this);
    status = co_await server.stop(seconds(10));
    EXPECT_TRUE(status.ok()) << status;
    connection_->close();
  }

  testing::NatsServer server_;
  std::shared_ptr<Listener> probe_ = std::make_shared<Listener>();
  Loop loop_;
  std::optional<nats::Connection> connection_;
};

Task<void> hold(probe::v1::ProbeClient client, Cancellation& cancellation, absl::Status& outcome) {
  CallOptions options;
  options.set_cancellation(&cancellation);
  const EchoRequest request = text("x");
  const auto reply = co_await client.Hold(request, options);
  outcome = reply.status();
}

TEST_P(CancelCall, EndsAtOnceAndTheHandlerKnows) {
  run([](CancelCall& self) -> Task<void> {
    Cancellation cancellation;
    absl::Status outcome;
    TaskScope scope(self.loop());
    scope.spawn(hold(self.client(), cancellation, outcome));
    // What comes behind has been answered, so all before it has arrived.
    auto echo = co_await self.client().Echo(text("1"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    cancellation.cancel();
    co_await scope.join();
    EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled) << outcome;
    echo = co_await self.client().Echo(text("2"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    self.probe().gate.open();
  });
  EXPECT_EQ(probe().cancelled, 1);
}

Task<void> listen(probe::v1::ProbeClient client, Cancellation& cancellation,
                  absl::Status& outcome) {
  CallOptions options;
  options.set_cancellation(&cancellation);
  const EchoRequest request = text("x");
  const auto reply = co_await client.RelayAside(request, options);
  outcome = reply.status();
}

TEST_P(CancelCall, AHandlerThatWaitsForAMessageWaitsNoLonger) {
  run([](CancelCall& self) -> Task<void> {
    Cancellation cancellation;
    absl::Status outcome;
    TaskScope scope(self.loop());
    scope.spawn(listen(self.client(), cancellation, outcome));
    auto echo = co_await self.client().Echo(text("1"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    cancellation.cancel();
    co_await scope.join();
    EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled) << outcome;
    echo = co_await self.client().Echo(text("2"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    EXPECT_EQ(self.probe().heard.code(), absl::StatusCode::kCancelled) << self.probe().heard;
  });
}

TEST_P(CancelCall, GivenUpBeforeItIsMade) {
  run([](CancelCall& self) -> Task<void> {
    Cancellation cancellation;
    cancellation.cancel();
    CallOptions options;
    options.set_cancellation(&cancellation);
    const auto reply = co_await self.client().Echo(text("1"), options);
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kCancelled) << reply.status();
  });
  EXPECT_EQ(probe().calls, 0);
}

TEST_P(CancelCall, OneThatHasEndedIsNotTouched) {
  run([](CancelCall& self) -> Task<void> {
    Cancellation cancellation;
    CallOptions options;
    options.set_cancellation(&cancellation);
    const auto reply = co_await self.client().Echo(text("1"), options);
    EXPECT_TRUE(reply.ok()) << reply.status();
    cancellation.cancel();
  });
}

// Whoever gives the same reply subject to several calls, of several methods, gives them all up.
class CancelOverNats : public CancelCall {
 public:
  /// A call whose reply nobody reads.
  void send(const std::string& method) {
    const std::string request = text("x").SerializeAsString();
    const absl::Status sent =
        connection().publish(concat("probe.v1.Probe.", method), request, nats::Headers(), inbox_);
    EXPECT_TRUE(sent.ok()) << sent;
  }
  void cancel() { EXPECT_TRUE(connection().publish("probe.v1.Probe._.cancel", inbox_).ok()); }

 private:
  const std::string inbox_ = "replies.1";
};

TEST_P(CancelOverNats, ReachesEveryCallOfItsReplySubject) {
  run([](CancelCall& self) -> Task<void> {
    auto& raw = static_cast<CancelOverNats&>(self);
    raw.send("Hold");
    raw.send("Hold");
    raw.send("RelayAside");
    // What comes behind has been answered, so all before it has arrived.
    auto echo = co_await self.client().Echo(text("1"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    raw.cancel();
    echo = co_await self.client().Echo(text("2"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    self.probe().gate.open();
  });
  EXPECT_EQ(probe().cancelled, 2);
  EXPECT_EQ(probe().heard.code(), absl::StatusCode::kCancelled) << probe().heard;
}

INSTANTIATE_TEST_SUITE_P(Routes, CancelOverNats, ::testing::Values(RouteChoice::kNats),
                         [](const auto&) { return "Nats"; });

// --- calls that have layers

Task<void> hold_hedged(probe::v1::ProbeClient client, std::string_view name,
                       Cancellation& cancellation, absl::Status& outcome) {
  CallOptions options;
  options.set_cancellation(&cancellation).set_idempotent(true);
  const EchoRequest request = text(std::string(name));
  const auto reply = co_await client.Hold(request, options);
  outcome = reply.status();
}

// A client of Hold that has seen enough calls to know which takes long.
Task<probe::v1::ProbeClient> hedging_client(CancelCall& self) {
  const CallPolicy policy = CallPolicy().set_hedge(HedgePolicy().set_max_ratio(1));
  const probe::v1::ProbeClient client = self.client(policy);
  Cancellation none;
  for (int i = 0; i < 110; ++i) {
    absl::Status outcome;
    co_await hold_hedged(client, "passing", none, outcome);
    EXPECT_TRUE(outcome.ok()) << outcome;
  }
  co_return client;
}

Task<void> until_arrived(CancelCall& self, int count) {
  while (self.probe().gate.arrived() < count) co_await self.loop().sleep(milliseconds(1));
}

TEST_P(CancelCall, AHedgedCallIsGivenUpWithAllItsSendings) {
  run([](CancelCall& self) -> Task<void> {
    const auto client = co_await hedging_client(self);
    Cancellation cancellation;
    absl::Status outcome;
    TaskScope scope(self.loop());
    scope.spawn(hold_hedged(client, "x", cancellation, outcome));
    co_await until_arrived(self, 2);
    cancellation.cancel();
    co_await scope.join();
    EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled) << outcome;
    const auto echo = co_await self.client().Echo(text("behind the cancellation"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    self.probe().gate.open();
  });
  EXPECT_EQ(probe().cancelled, 2);
}

TEST_P(CancelCall, TheLoserOfAHedgeIsGivenUpAtItsInstance) {
  run([](CancelCall& self) -> Task<void> {
    const auto client = co_await hedging_client(self);
    Cancellation cancellation;
    absl::Status outcome = absl::UnknownError("not answered");
    TaskScope scope(self.loop());
    scope.spawn(hold_hedged(client, "x", cancellation, outcome));
    co_await until_arrived(self, 2);
    self.probe().gate.let_one_pass();
    co_await scope.join();
    EXPECT_TRUE(outcome.ok()) << outcome;
    const auto echo = co_await self.client().Echo(text("behind the cancellation"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    self.probe().gate.open();
  });
  EXPECT_EQ(probe().cancelled, 1);
}

Task<void> call_nobody(probe::v1::ProbeClient client, Cancellation& cancellation,
                       absl::Status& outcome) {
  CallOptions options;
  options.set_cancellation(&cancellation).set_timeout(std::chrono::hours(24));
  const EchoRequest request = text("x");
  const auto reply = co_await client.EchoBlocking(request, options);
  outcome = reply.status();
}

TEST_P(CancelCall, ACallThatWaitsToBeRepeatedIsGivenUp) {
  run([](CancelCall& self) -> Task<void> {
    const auto hour = std::chrono::hours(1);
    const RetryPolicy retry = RetryPolicy().set_initial_backoff(hour).set_max_backoff(hour);
    ClientOptions options;
    options.set_prefix("nobody").set_policy(CallPolicy().set_retry(retry));
    const bool nats = GetParam() == RouteChoice::kNats;
    options.set_route(nats ? RouteChoice::kNats : RouteChoice::kLocal);
    const probe::v1::ProbeClient client(self.connection(), options);
    Cancellation cancellation;
    absl::Status outcome;
    TaskScope scope(self.loop());
    scope.spawn(call_nobody(client, cancellation, outcome));
    // Its first attempt has failed by then.
    const auto echo = co_await self.client().Echo(text("behind the call"));
    EXPECT_TRUE(echo.ok()) << echo.status();
    cancellation.cancel();
    co_await scope.join();
    EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled) << outcome;
  });
}

// --- chains of calls

Task<void> relay(probe::v1::ProbeClient client, bool blocking, Cancellation& cancellation,
                 absl::Status& outcome) {
  CallOptions options;
  options.set_cancellation(&cancellation);
  const EchoRequest request = text("far");
  if (blocking) {
    const auto reply = co_await client.RelayBlocking(request, options);
    outcome = reply.status();
  } else {
    const auto reply = co_await client.Relay(request, options);
    outcome = reply.status();
  }
}

// A handler calls a service that does not answer, and hears that it is given up as well.
Task<void> chain(CancelCall& self, bool blocking) {
  auto calls = self.connection().subscribe("far.probe.v1.Probe.Echo");
  auto cancels = self.connection().subscribe("far.probe.v1.Probe._.cancel");
  EXPECT_TRUE(calls.ok() && cancels.ok());
  Cancellation cancellation;
  absl::Status outcome;
  TaskScope scope(self.loop());
  scope.spawn(relay(self.client(), blocking, cancellation, outcome));
  const auto call = co_await calls->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(call.ok()) << call.status();
  cancellation.cancel();
  const auto cancel = co_await cancels->next(Deadline::after(seconds(10)));
  EXPECT_TRUE(cancel.ok()) << cancel.status();
  if (call.ok() && cancel.ok()) {
    EXPECT_EQ(cancel->payload, call->reply);
  }
  co_await scope.join();
  EXPECT_EQ(outcome.code(), absl::StatusCode::kCancelled) << outcome;
}

TEST_P(CancelCall, CallsOfACoroutineAreGivenUpWithIt) {
  run([](CancelCall& self) -> Task<void> { return chain(self, false); });
}

TEST_P(CancelCall, CallsOfAPlainHandlerAreGivenUpWithIt) {
  run([](CancelCall& self) -> Task<void> { return chain(self, true); });
}

INSTANTIATE_TEST_SUITE_P(Routes, CancelCall,
                         ::testing::Values(RouteChoice::kNats, RouteChoice::kAuto),
                         [](const auto& route) {
                           return route.param == RouteChoice::kNats ? "Nats" : "SameLoop";
                         });

}  // namespace
}  // namespace fairlead
