// The spans of calls, on both sides, as they are handed over for export.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/client.hpp"
#include "fairlead/testing/host.hpp"
#include "fairlead/tracer.hpp"

#include "probe.fairlead.hpp"
#include "rpc/call_server.hpp"
#include "telemetry/sampler.hpp"
#include "telemetry/span_queue.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CallSpan : public ::testing::Test {
 protected:
  // All spans that have ended, when the services have stopped.
  const std::vector<std::unique_ptr<SpanData>>& spans() {
    if (taken_.empty()) {
      host_.stop(std::chrono::seconds(10)).IgnoreError();
      taken_ = queue_->take();
    }
    return taken_;
  }
  // Those of a kind, in the order of their ends.
  std::vector<const SpanData*> spans(SpanKind kind) {
    std::vector<const SpanData*> found;
    for (const auto& span : spans()) {
      if (span->kind == kind) found.push_back(span.get());
    }
    return found;
  }
  static std::vector<std::string> events(const SpanData& span) {
    std::vector<std::string> names;
    for (const auto& event : span.events) names.push_back(event.name);
    return names;
  }
  static std::string attribute(const SpanData& span, std::string_view key) {
    for (const SpanAttribute& attribute : span.attributes) {
      if (attribute.key() == key) return std::get<std::string>(attribute.value());
    }
    return "";
  }

  probe::v1::ProbeBlockingClient client() {
    return probe::v1::ProbeBlockingClient(host_.channel(), ClientOptions().set_tracer(tracer_));
  }

  std::shared_ptr<telemetry::SpanQueue> queue_ =
      std::make_shared<telemetry::SpanQueue>(1000, 1000, nullptr);
  std::shared_ptr<Tracer> tracer_ = std::make_shared<Tracer>(telemetry::Sampler(1, true), queue_);
  std::shared_ptr<testing::Probe> probe_ = std::make_shared<testing::Probe>();
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

  testing::Host host_{probe::v1::ProbeService::bind(probe_),
                      testing::HostOptions().set_server(ServerOptions().set_tracer(tracer_))};
  std::vector<std::unique_ptr<SpanData>> taken_;
};

TEST_F(CallSpan, ACallHasOneOnEachSide) {
  probe::v1::EchoRequest request;
  ASSERT_TRUE(client().EchoBlocking(request).ok());
  ASSERT_EQ(spans().size(), 2u);
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  const SpanData& caller = *spans(SpanKind::kClient).at(0);
  EXPECT_EQ(server.name, "probe.v1.Probe/EchoBlocking");
  EXPECT_EQ(server.parent, caller.context.span_id());
  EXPECT_EQ(attribute(server, "server.address"), "probe.v1.Probe");
  EXPECT_EQ(attribute(server, "rpc.response.status_code"), "OK");
  EXPECT_THAT(events(server), IsEmpty());
}

TEST_F(CallSpan, SaysThatTheCallHadToWaitForATurnThatNeverCame) {
  const auto hold = [this] {
    const CallOptions options = CallOptions().set_timeout(std::chrono::seconds(60));
    EXPECT_TRUE(client().Hold(probe::v1::EchoRequest(), options).ok());
  };
  std::vector<std::thread> callers;
  for (int i = 0; i < 2; ++i) callers.emplace_back(hold);  // as many as run at once
  probe_->gate.await(2);
  const CallOptions brief = CallOptions().set_timeout(std::chrono::milliseconds(30));
  EXPECT_FALSE(client().Hold(probe::v1::EchoRequest(), brief).ok());
  probe_->gate.open();
  for (std::thread& caller : callers) caller.join();
  std::vector<std::vector<std::string>> all;
  for (const SpanData* span : spans(SpanKind::kServer)) all.push_back(events(*span));
  EXPECT_THAT(all, ::testing::UnorderedElementsAre(IsEmpty(), IsEmpty(), ElementsAre("queued")));
}

TEST_F(CallSpan, EndsWithTheHandlerAlsoIfTheAnswerWasGivenBefore) {
  const CallOptions options = CallOptions().set_timeout(std::chrono::milliseconds(30));
  EXPECT_TRUE(absl::IsDeadlineExceeded(client().Hold(probe::v1::EchoRequest(), options).status()));
  // The service may give it up a moment later than the caller.
  while (answered() == 0) std::this_thread::yield();
  probe_->gate.open();
  ASSERT_EQ(spans().size(), 2u);
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  EXPECT_EQ(attribute(server, "rpc.response.status_code"), "DEADLINE_EXCEEDED");
  EXPECT_TRUE(server.failed);
}

TEST_F(CallSpan, AnExceptionIsAnErrorWhoseTextStaysHere) {
  probe::v1::EchoRequest request;
  request.set_text("secret");
  EXPECT_TRUE(absl::IsInternal(client().ThrowInCoroutine(request).status()));
  const SpanData& server = *spans(SpanKind::kServer).at(0);
  EXPECT_TRUE(server.failed);
  EXPECT_EQ(server.reason, "internal error");
  EXPECT_EQ(attribute(server, "error.type"), "INTERNAL");
}

}  // namespace
}  // namespace fairlead
