#include "fairlead/tracer.hpp"

#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "telemetry/sampler.hpp"
#include "telemetry/span_queue.hpp"

namespace fairlead {
namespace {

using telemetry::Sampler;
using telemetry::SpanQueue;
using Spans = std::vector<std::unique_ptr<SpanData>>;

/// A tracer and where its spans go.
struct Recording {
  explicit Recording(Sampler sampler = Sampler(1, true), std::size_t limit = 100)
      : queue(std::make_shared<SpanQueue>(limit, 2, [this] { ++woken; })), tracer(sampler, queue) {}

  std::atomic<int> woken = 0;
  std::shared_ptr<SpanQueue> queue;
  Tracer tracer;
};

const TraceContext kParent({1}, {2}, true);

TEST(Span, RecordsWhatItIsToldUntilItEnds) {
  Recording recording;
  Span span = recording.tracer.start_span("calc.Calc/Average", SpanKind::kServer, kParent, "a=1");
  EXPECT_TRUE(span.recording());
  EXPECT_EQ(span.context().trace_id(), kParent.trace_id());
  span.set_attribute("user", "ann");
  span.set_attribute("size", std::size_t{7});
  span.set_attribute("user", "bob");
  span.add_event("cache miss", {{"key", "x"}, {"cold", true}, {"share", 0.5}});
  span.set_error("broken");
  const TraceContext context = span.context();
  span.end();
  span.set_attribute("late", 1);
  span.end();
  const Spans spans = recording.queue->take();
  ASSERT_EQ(spans.size(), 1u);
  const SpanData& data = *spans[0];
  EXPECT_EQ(data.name, "calc.Calc/Average");
  EXPECT_EQ(data.kind, SpanKind::kServer);
  EXPECT_EQ(data.context, context);
  EXPECT_EQ(data.parent, kParent.span_id());
  EXPECT_EQ(data.trace_state, "a=1");
  ASSERT_EQ(data.attributes.size(), 2u);
  EXPECT_EQ(std::get<std::string>(data.attributes[0].value()), "bob");
  EXPECT_EQ(std::get<std::int64_t>(data.attributes[1].value()), 7);
  ASSERT_EQ(data.events.size(), 1u);
  EXPECT_EQ(data.events[0].attributes.size(), 3u);
  EXPECT_LE(data.start, data.events[0].time);
  EXPECT_LE(data.events[0].time, data.end);
  EXPECT_TRUE(data.failed);
  EXPECT_EQ(data.reason, "broken");
}

TEST(Span, ChildrenLieBelowAndEndWithTheirObject) {
  Recording recording;
  Span span = recording.tracer.start_span("parent");
  const TraceContext parent = span.context();
  { const Span child = span.start_child("child"); }
  const Spans spans = recording.queue->take();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(spans[0]->name, "child");
  EXPECT_EQ(spans[0]->parent, parent.span_id());
  EXPECT_EQ(spans[0]->context.trace_id(), parent.trace_id());
}

TEST(Span, DoesNothingIfNobodyRecordsIt) {
  Span none;
  none.set_attribute("a", 1);
  none.add_event("b");
  none.end();
  EXPECT_FALSE(none.context().valid());
  Recording recording(Sampler(0, true));
  Span span = recording.tracer.start_span("x");
  EXPECT_FALSE(span.recording());
  EXPECT_TRUE(span.context().valid());  // others are told that it is not sampled
  EXPECT_FALSE(span.context().sampled());
  EXPECT_FALSE(span.start_child("y").recording());
  span.end();
  EXPECT_TRUE(recording.queue->take().empty());
}

TEST(Span, DropsAndCountsWhatIsTooMuch) {
  Recording recording;
  Span span = recording.tracer.start_span("x");
  for (int i = 0; i < 130; ++i) {
    span.set_attribute(std::to_string(i), i);
    span.add_event("event");
    span.add_link(kParent);
  }
  span.end();
  const Spans spans = recording.queue->take();
  EXPECT_EQ(spans[0]->attributes.size(), 128u);
  EXPECT_EQ(spans[0]->dropped_attributes, 2u);
  EXPECT_EQ(spans[0]->dropped_events, 2u);
  EXPECT_EQ(spans[0]->dropped_links, 2u);
}

TEST(Tracer, ALinkedSpanIsTheFirstOfATraceOfItsOwn) {
  Recording recording;
  recording.tracer.start_linked_span("x", SpanKind::kServer, kParent).end();
  const Spans spans = recording.queue->take();
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_NE(spans[0]->context.trace_id(), kParent.trace_id());
  EXPECT_EQ(spans[0]->parent, TraceContext::SpanId());
  EXPECT_EQ(spans[0]->links, std::vector<TraceContext>{kParent});
  const TraceContext unsampled({1}, {2}, false);
  EXPECT_FALSE(recording.tracer.start_linked_span("x", SpanKind::kServer, unsampled).recording());
}

TEST(Tracer, IdsDoNotRepeatAlsoOnSeveralThreads) {
  Recording recording(Sampler(0, false));
  std::mutex mutex;
  std::set<TraceContext::TraceId> ids;
  const auto start_many = [&] {
    for (int i = 0; i < 1000; ++i) {
      const TraceContext context = recording.tracer.start_span("x").context();
      const std::lock_guard lock(mutex);
      ids.insert(context.trace_id());
    }
  };
  std::thread one(start_many);
  std::thread two(start_many);
  one.join();
  two.join();
  EXPECT_EQ(ids.size(), 2000u);
}

TEST(SpanQueue, KeepsItsBoundAndWakesOnceABatch) {
  Recording recording(Sampler(1, true), 5);
  for (int i = 0; i < 8; ++i) recording.tracer.start_span(std::to_string(i)).end();
  EXPECT_EQ(recording.tracer.lost(), 3u);
  EXPECT_EQ(recording.woken, 2);
  const Spans spans = recording.queue->take();
  ASSERT_EQ(spans.size(), 5u);
  EXPECT_EQ(spans[0]->name, "0");
  EXPECT_EQ(spans[4]->name, "4");
  recording.tracer.start_span("again").end();
  EXPECT_EQ(recording.queue->take().size(), 1u);
}

TEST(SpanQueue, LosesNothingBetweenThreads) {
  Recording recording(Sampler(1, true), 100'000);
  const auto add_many = [&] {
    for (int i = 0; i < 5000; ++i) recording.tracer.start_span("x").end();
  };
  std::thread one(add_many);
  std::thread two(add_many);
  std::size_t taken = 0;
  while (taken < 9000) taken += recording.queue->take().size();
  one.join();
  two.join();
  taken += recording.queue->take().size();
  EXPECT_EQ(taken, 10'000u);
}

TEST(Sampler, TheParentDecidesWhereItCounts) {
  const TraceContext::TraceId id = {1};
  const TraceContext yes({1}, {2}, true);
  const TraceContext no({1}, {2}, false);
  EXPECT_TRUE(Sampler(0, true).samples(yes, id));
  EXPECT_FALSE(Sampler(1, true).samples(no, id));
  EXPECT_FALSE(Sampler(0, false).samples(yes, id));
  EXPECT_TRUE(Sampler(1, false).samples(no, id));
  EXPECT_TRUE(Sampler(1, true).samples(TraceContext(), id));
}

TEST(Sampler, TakesItsShareOfRandomTraces) {
  Recording recording(Sampler(0.25, true));
  int sampled = 0;
  for (int i = 0; i < 10'000; ++i) sampled += recording.tracer.start_span("x").recording();
  EXPECT_NEAR(sampled, 2500, 250);
}

TEST(Sampler, HasOpenTelemetrysNames) {
  for (const char* name : {"always_on", "always_off", "traceidratio", "parentbased_always_on",
                           "parentbased_always_off", "parentbased_traceidratio"}) {
    EXPECT_TRUE(Sampler::named(name, 0.5)) << name;
  }
  EXPECT_FALSE(Sampler::named("jaeger_remote", 1));
  EXPECT_FALSE(Sampler::named("", 1));
}

}  // namespace
}  // namespace fairlead
