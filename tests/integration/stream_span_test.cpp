// The spans of streams, on both sides, as they are handed over for export.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/testing/host.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "rpc/call_server.hpp"
#include "stream_probe.fairlead.hpp"
#include "tests/integration/span_recorder.hpp"
#include "tests/integration/stream_probe.hpp"

namespace fairlead {
namespace {

using probe::v1::CountRequest;
using probe::v1::Item;
using probe::v1::StreamsBlockingClient;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StreamSpan : public ::testing::Test {
 protected:
  using Recorder = testing::SpanRecorder;

  static std::string name(std::string_view method) {
    return "probe.v1.Streams/" + std::string(method);
  }

  StreamsBlockingClient client(const std::string& prefix = "") {
    return StreamsBlockingClient(host_.channel(),
                                 ClientOptions().set_tracer(recorder_.tracer()).set_prefix(prefix));
  }

  // The spans of a method's only stream, when the service has stopped.
  const SpanData& span(SpanKind kind, std::string_view method) {
    host_.stop(std::chrono::seconds(10)).IgnoreError();
    const auto found = recorder_.of(kind, name(method));
    EXPECT_EQ(found.size(), 1u) << method;
    static const SpanData kNone{};
    return found.empty() ? kNone : *found[0];
  }

  // That a stream ended well, and how many messages its caller sent and got.
  void expect_good(const char* method, const char* sent, const char* received) {
    const SpanData& caller = span(SpanKind::kClient, method);
    const SpanData& server = span(SpanKind::kServer, method);
    EXPECT_EQ(server.context.trace_id(), caller.context.trace_id());
    EXPECT_EQ(server.parent, caller.context.span_id());
    EXPECT_EQ(caller.parent, TraceContext::SpanId());
    EXPECT_LE(caller.start, server.start);
    for (const SpanData* span : {&caller, &server}) {
      EXPECT_EQ(Recorder::attribute(*span, "rpc.system.name"), "fairlead");
      EXPECT_EQ(Recorder::attribute(*span, "rpc.method"), name(method));
      EXPECT_EQ(Recorder::attribute(*span, "server.address"), "probe.v1.Streams");
      EXPECT_EQ(Recorder::attribute(*span, "rpc.response.status_code"), "OK");
      EXPECT_EQ(Recorder::attribute(*span, "error.type"), "");
      EXPECT_FALSE(span->failed);
      EXPECT_THAT(Recorder::events(*span), IsEmpty());
    }
    EXPECT_NE(Recorder::attribute(server, "fairlead.instance"), "");
    EXPECT_EQ(Recorder::attribute(caller, "fairlead.sent_messages"), sent);
    EXPECT_EQ(Recorder::attribute(caller, "fairlead.received_messages"), received);
    EXPECT_EQ(Recorder::attribute(server, "fairlead.sent_messages"), received);
    EXPECT_EQ(Recorder::attribute(server, "fairlead.received_messages"), sent);
  }

  // How many streams wait for a slot.
  std::size_t waiting() {
    std::size_t streams = 0;
    EXPECT_TRUE(block_on(host_.loop(), count_waiting(streams)).ok());
    return streams;
  }
  Task<absl::Status> count_waiting(std::size_t& streams) {
    host_.server().visit_methods([&streams](const Service&, const rpc::CallServer& method) {
      streams += method.gate().waiting();
    });
    co_return absl::OkStatus();
  }

  Recorder recorder_;
  testing::NatsServer server_;
  testing::Host host_{probe::v1::StreamsService::bind(std::make_shared<testing::StreamProbe>()),
                      testing::HostOptions()
                          .set_nats(server_.url())
                          .set_server(ServerOptions().set_tracer(recorder_.tracer()))};
};

TEST_F(StreamSpan, AServerStreamHasOneOnEachSide) {
  CountRequest request;
  request.set_count(3);
  auto stream = client().Count(request);
  EXPECT_TRUE(stream.finish().ok());
  expect_good("Count", "0", "3");
}

TEST_F(StreamSpan, AClientStreamHasOneOnEachSide) {
  auto stream = client().Sum();
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(stream.write(Item()).ok());
  EXPECT_TRUE(stream.finish().ok());
  expect_good("Sum", "4", "1");
}

TEST_F(StreamSpan, ABidirectionalStreamHasOneOnEachSide) {
  auto stream = client().Echo();
  EXPECT_TRUE(stream.write(Item()).ok());
  EXPECT_TRUE(stream.read());
  EXPECT_TRUE(stream.finish().ok());
  expect_good("Echo", "1", "1");
}

TEST_F(StreamSpan, TheStatusIsThatOfTheHandler) {
  CountRequest request;
  request.set_count(1);
  request.set_code(static_cast<int>(absl::StatusCode::kDataLoss));
  request.set_message("torn");
  auto stream = client().Count(request);
  EXPECT_FALSE(stream.finish().ok());
  for (const SpanKind kind : {SpanKind::kClient, SpanKind::kServer}) {
    EXPECT_TRUE(span(kind, "Count").failed);
    EXPECT_EQ(span(kind, "Count").reason, "torn");
    EXPECT_EQ(Recorder::attribute(span(kind, "Count"), "error.type"), "DATA_LOSS");
  }
}

TEST_F(StreamSpan, AStreamThatIsCancelledIsNotTheFaultOfTheService) {
  auto stream = client().Wait();
  ASSERT_TRUE(stream.read());
  stream.cancel();
  EXPECT_EQ(Recorder::attribute(span(SpanKind::kClient, "Wait"), "error.type"), "CANCELLED");
  const SpanData& server = span(SpanKind::kServer, "Wait");
  EXPECT_EQ(Recorder::attribute(server, "rpc.response.status_code"), "CANCELLED");
  EXPECT_FALSE(server.failed);
}

TEST_F(StreamSpan, AStreamThatIsNotOpenedFails) {
  auto late = client().Count(CountRequest(), CallOptions().set_timeout(std::chrono::seconds(0)));
  EXPECT_TRUE(absl::IsDeadlineExceeded(late.finish()));
  auto nowhere = client("nowhere").Sum();
  EXPECT_FALSE(nowhere.finish().ok());
  EXPECT_EQ(Recorder::attribute(span(SpanKind::kClient, "Count"), "error.type"),
            "DEADLINE_EXCEEDED");
  const SpanData& sum = span(SpanKind::kClient, "Sum");
  EXPECT_EQ(Recorder::attribute(sum, "error.type"), "UNAVAILABLE");
  EXPECT_EQ(Recorder::attribute(sum, "server.address"), "nowhere.probe.v1.Streams");
  EXPECT_THAT(recorder_.of(SpanKind::kServer), IsEmpty());
}

TEST_F(StreamSpan, SaysThatTheStreamHadToWaitForItsTurn) {
  auto first = client().Wait();
  auto second = client().Wait();  // as many as run at once
  ASSERT_TRUE(first.read());
  ASSERT_TRUE(second.read());
  auto third = client().Wait();
  auto fourth = client().Wait();
  while (waiting() < 2) std::this_thread::yield();
  fourth.cancel();
  first.cancel();
  ASSERT_TRUE(third.read());
  third.cancel();
  second.cancel();
  host_.stop(std::chrono::seconds(10)).IgnoreError();
  std::vector<std::vector<std::string>> all;
  for (const SpanData* span : recorder_.of(SpanKind::kServer)) {
    all.push_back(Recorder::events(*span));
  }
  EXPECT_THAT(
      all, ::testing::UnorderedElementsAre(IsEmpty(), IsEmpty(), ElementsAre("queued", "started"),
                                           ElementsAre("queued")));
}

TEST_F(StreamSpan, AStreamThatAHandlerOpensLiesBelowItsCall) {
  CountRequest request;
  request.set_count(3);
  EXPECT_EQ(client().Relay(request)->sum(), 6);
  const SpanData& relay = span(SpanKind::kServer, "Relay");
  const SpanData& opened = span(SpanKind::kClient, "Count");
  EXPECT_EQ(opened.context.trace_id(), relay.context.trace_id());
  EXPECT_EQ(opened.parent, relay.context.span_id());
  EXPECT_EQ(span(SpanKind::kServer, "Count").parent, opened.context.span_id());
}

TEST_F(StreamSpan, OrBelowTheSpanThatTheHandlerNames) {
  CountRequest request;
  request.set_count(3);
  request.set_message("step");
  EXPECT_EQ(client().Relay(request)->sum(), 6);
  EXPECT_EQ(client().RelayBlocking(request)->sum(), 6);
  host_.stop(std::chrono::seconds(10)).IgnoreError();
  const auto steps = recorder_.of(SpanKind::kInternal, "step");
  const auto opened = recorder_.of(SpanKind::kClient, name("Count"));
  ASSERT_EQ(steps.size(), 2u);
  ASSERT_EQ(opened.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_EQ(opened[i]->parent, steps[i]->context.span_id());
  EXPECT_EQ(steps[0]->parent, span(SpanKind::kServer, "Relay").context.span_id());
  EXPECT_EQ(steps[1]->parent, span(SpanKind::kServer, "RelayBlocking").context.span_id());
}

}  // namespace
}  // namespace fairlead
