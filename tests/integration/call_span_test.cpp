// The spans of calls, on both sides, as they are handed over for export.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/client.hpp"
#include "fairlead/testing/host.hpp"

#include "probe.fairlead.hpp"
#include "rpc/call_server.hpp"
#include "tests/integration/probe.hpp"
#include "tests/integration/span_recorder.hpp"

namespace fairlead {
namespace {

using probe::v1::EchoRequest;
using std::chrono::milliseconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CallSpan : public ::testing::Test {
 protected:
  using Recorder = testing::SpanRecorder;

  // All spans of a kind that have ended, when the services have stopped.
  std::vector<const SpanData*> spans(SpanKind kind) {
    host_.stop(std::chrono::seconds(10)).IgnoreError();
    return recorder_.of(kind);
  }

  probe::v1::ProbeBlockingClient client(const CallPolicy& policy = CallPolicy()) {
    return probe::v1::ProbeBlockingClient(
        host_.channel(), ClientOptions().set_tracer(recorder_.tracer()).set_policy(policy));
  }

  // How many calls the service has answered.
  std::uint64_t answered() {
    std::uint64_t calls = 0;
    EXPECT_TRUE(block_on(host_.loop(), count_answers(calls)).ok());
    return calls;
  }
  Task<absl::Status> count_answers(std::uint64_t& calls) {
    host_.server().visit_methods([&calls](const Service&, const rpc::CallServer& method) {
      calls += method.stats().requests;
    });
    co_return absl::OkStatus();
  }

  Recorder recorder_;
  std::shared_ptr<testing::Probe> probe_ = std::make_shared<testing::Probe>();
  testing::Host host_{
      probe::v1::ProbeService::bind(probe_),
      testing::HostOptions().set_server(ServerOptions().set_tracer(recorder_.tracer()))};
};

TEST_F(CallSpan, ACallHasOneOnEachSide) {
  ASSERT_TRUE(client().EchoBlocking(EchoRequest()).ok());
  ASSERT_EQ(spans(SpanKind::kServer).size(), 1u);
  ASSERT_EQ(recorder_.all().size(), 2u);
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  const SpanData& caller = *spans(SpanKind::kClient).at(0);
  EXPECT_EQ(server.name, "probe.v1.Probe/EchoBlocking");
  EXPECT_EQ(server.parent, caller.context.span_id());
  EXPECT_EQ(Recorder::attribute(server, "server.address"), "probe.v1.Probe");
  EXPECT_EQ(Recorder::attribute(server, "rpc.response.status_code"), "OK");
  EXPECT_THAT(Recorder::events(server), IsEmpty());
}

TEST_F(CallSpan, SaysThatTheCallHadToWaitForATurnThatNeverCame) {
  const auto hold = [this] {
    const CallOptions options = CallOptions().set_timeout(std::chrono::seconds(60));
    EXPECT_TRUE(client().Hold(EchoRequest(), options).ok());
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) callers.emplace_back(hold);  // as many as run at once
  probe_->gate.await(2);
  const CallOptions brief = CallOptions().set_timeout(milliseconds(30));
  EXPECT_FALSE(client().Hold(EchoRequest(), brief).ok());
  probe_->gate.open();
  for (std::thread& caller : callers) caller.join();
  std::vector<std::vector<std::string>> all;
  for (const SpanData* span : spans(SpanKind::kServer)) all.push_back(Recorder::events(*span));
  EXPECT_THAT(all, ::testing::UnorderedElementsAre(IsEmpty(), IsEmpty(), ElementsAre("queued")));
}

TEST_F(CallSpan, EndsWithTheHandlerAlsoIfTheAnswerWasGivenBefore) {
  const CallOptions options = CallOptions().set_timeout(milliseconds(30));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().Hold(EchoRequest(), options).status()));
  // The service may give it up a moment later than the caller.
  while (answered() == 0) std::this_thread::yield();
  probe_->gate.open();
  ASSERT_EQ(spans(SpanKind::kServer).size(), 1u);
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  EXPECT_EQ(Recorder::attribute(server, "rpc.response.status_code"), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(server.failed);
}

TEST_F(CallSpan, AnExceptionIsAnErrorWhoseTextStaysHere) {
  EchoRequest request;
  request.set_text("secret");
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(request).status()));
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  EXPECT_TRUE(server.failed);
  EXPECT_EQ(server.reason, "internal error");
  EXPECT_EQ(Recorder::attribute(server, "error.type"), "INTERNAL");
}

TEST_F(CallSpan, ACallThatIsNotMadeFailsInItsSpanToo) {
  const CallOptions late = CallOptions().set_timeout(milliseconds(0));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().Echo(EchoRequest(), late).status()));
  Cancellation given_up;
  given_up.cancel();
  const CallOptions cancelled = CallOptions().set_cancellation(&given_up);
  EXPECT_TRUE(absl::IsCancelled(client().Echo(EchoRequest(), cancelled).status()));
  EXPECT_THAT(spans(SpanKind::kServer), IsEmpty());
  ASSERT_EQ(spans(SpanKind::kClient).size(), 2u);
  EXPECT_EQ(Recorder::attribute(*spans(SpanKind::kClient)[0], "error.type"), "DEADLINE_EXCEEDED");
  EXPECT_EQ(Recorder::attribute(*spans(SpanKind::kClient)[1], "error.type"), "CANCELLED");
}

TEST_F(CallSpan, TellsOfEachRepetition) {
  RetryPolicy retry;
  retry.set_initial_backoff(milliseconds(1)).set_max_backoff(milliseconds(1));
  probe::v1::FailRequest request;
  request.set_code(static_cast<int>(absl::StatusCode::kUnavailable));
  const CallOptions options = CallOptions().set_idempotent(true);
  EXPECT_TRUE(
      absl::IsUnavailable(client(CallPolicy().set_retry(retry)).Fail(request, options).status()));
  ASSERT_EQ(spans(SpanKind::kClient).size(), 1u);
  const SpanData& caller = *spans(SpanKind::kClient)[0];
  EXPECT_THAT(Recorder::events(caller), ElementsAre("retry", "retry"));
  EXPECT_EQ(caller.events[1].attributes[1].key(), "reason");
  EXPECT_EQ(std::get<std::string>(caller.events[1].attributes[1].value()), "UNAVAILABLE");
  const auto served = spans(SpanKind::kServer);
  ASSERT_EQ(served.size(), 3u);
  for (const SpanData* span : served) EXPECT_EQ(span->parent, caller.context.span_id());
  EXPECT_EQ(Recorder::attribute(*served[0], "fairlead.previous_attempts"), "");
  EXPECT_EQ(Recorder::attribute(*served[2], "fairlead.previous_attempts"), "2");
}

TEST_F(CallSpan, ACallLiesBelowTheSpanThatItsCallerNames) {
  Span work = recorder_.tracer()->start_span("work");
  ASSERT_TRUE(client().Echo(EchoRequest(), CallOptions().set_parent(work)).ok());
  work.end();
  // Also once it has ended, and also if the client records nothing itself.
  const probe::v1::ProbeBlockingClient silent(host_.channel());
  ASSERT_TRUE(silent.EchoBlocking(EchoRequest(), CallOptions().set_parent(work)).ok());
  // One that belongs to no trace changes nothing.
  const Span none;
  ASSERT_TRUE(client().Echo(EchoRequest(), CallOptions().set_parent(none)).ok());
  const auto callers = spans(SpanKind::kClient);
  ASSERT_EQ(callers.size(), 2u);
  EXPECT_EQ(callers[0]->parent, work.context().span_id());
  EXPECT_EQ(callers[0]->context.trace_id(), work.context().trace_id());
  EXPECT_EQ(callers[1]->parent, TraceContext::SpanId());
  const auto blocking = recorder_.of(SpanKind::kServer, "probe.v1.Probe/EchoBlocking");
  ASSERT_EQ(blocking.size(), 1u);
  EXPECT_EQ(blocking[0]->parent, work.context().span_id());
}

TEST_F(CallSpan, BelowASpanThatIsNotSampledNothingIs) {
  Tracer rare(telemetry::Sampler(0, true), std::make_shared<telemetry::SpanQueue>(9, 9, nullptr));
  Span work = rare.start_span("work");
  const Span step = work.start_child("step");
  EXPECT_EQ(step.context(), work.context());
  ASSERT_TRUE(client().Echo(EchoRequest(), CallOptions().set_parent(step)).ok());
  EXPECT_THAT(spans(SpanKind::kServer), IsEmpty());
  EXPECT_THAT(recorder_.all(), IsEmpty());
}

}  // namespace
}  // namespace fairlead
