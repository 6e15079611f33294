#include "app/service_metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "telemetry/metric_shard.hpp"
#include "telemetry/metric_writer.hpp"

namespace fairlead {
namespace {

using testing::HasSubstr;
using testing::Not;

MethodSnapshot method(std::string name, std::size_t in_flight, std::size_t queued) {
  MethodSnapshot method;
  method.service = "calc.Calc";
  method.method = std::move(name);
  method.by_code[0] = 2;
  method.by_code[8] = 1;
  method.rejected = 1;
  method.duration_counts.fill(2);
  method.duration_counts[0] = 1;
  method.duration_count = 3;
  method.duration_sum = std::chrono::milliseconds(250);
  method.in_flight = in_flight;
  method.queued = queued;
  method.limit = 3;
  return method;
}

PolledLoop loop(std::vector<MethodSnapshot> methods) {
  PolledLoop loop;
  loop.last.state = LoopState::kServing;
  loop.last.connected = true;
  loop.last.connection.bytes_in = 100;
  loop.last.connection.reconnects = 1;
  loop.last.slow_consumers = 2;
  loop.last.methods = std::move(methods);
  return loop;
}

std::string text_of(const std::vector<PolledLoop>& loops) {
  return write_metrics(service_metrics(loops), telemetry::MetricFormat::kPrometheus);
}

TEST(ServiceMetrics, SumsTheLoopsOfAMethod) {
  const std::string text = text_of(
      {loop({method("Average", 1, 0), method("Sum", 0, 0)}), loop({method("Average", 3, 2)})});
  for (const char* line :
       {"fairlead_server_handled_total{service=\"calc.Calc\",method=\"Average\",route=\"nats\","
        "code=\"OK\"} 4\n",
        "fairlead_server_handled_total{service=\"calc.Calc\",method=\"Average\",route=\"nats\","
        "code=\"RESOURCE_EXHAUSTED\"} 2\n",
        "fairlead_server_handled_total{service=\"calc.Calc\",method=\"Sum\",route=\"nats\","
        "code=\"OK\"} 2\n",
        "fairlead_server_handling_seconds_bucket{service=\"calc.Calc\",method=\"Average\","
        "route=\"nats\",le=\"0.0001\"} 2\n",
        "fairlead_server_handling_seconds_bucket{service=\"calc.Calc\",method=\"Average\","
        "route=\"nats\",le=\"10\"} 4\n",
        "fairlead_server_handling_seconds_bucket{service=\"calc.Calc\",method=\"Average\","
        "route=\"nats\",le=\"+Inf\"} 6\n",
        "fairlead_server_handling_seconds_sum{service=\"calc.Calc\",method=\"Average\","
        "route=\"nats\"} 0.5\n",
        "fairlead_server_rejected_total{service=\"calc.Calc\",method=\"Average\"} 2\n",
        "fairlead_server_in_flight{service=\"calc.Calc\",method=\"Average\"} 4\n",
        "fairlead_server_queued{service=\"calc.Calc\",method=\"Average\"} 2\n",
        "fairlead_server_limit{service=\"calc.Calc\",method=\"Average\"} 6\n",
        "fairlead_server_capacity_free{service=\"calc.Calc\",method=\"Average\"} 2\n",
        "fairlead_server_capacity_used{service=\"calc.Calc\",method=\"Average\"} 6\n",
        "fairlead_nats_connected{loop=\"0\"} 1\n",
        "fairlead_nats_connected{loop=\"1\"} 1\n",
        "fairlead_nats_reconnects_total 2\n",
        "fairlead_nats_received_bytes_total 200\n",
        "fairlead_nats_slow_consumers_total 4\n",
        "fairlead_ready 1\n",
        "fairlead_loops 2\n",
        "fairlead_loops_missing 0\n",
        "fairlead_loops_missed_total 0\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("code=\"CANCELLED\"")));
  EXPECT_THAT(text, HasSubstr("fairlead_build_info{version=\""));
  EXPECT_THAT(text, HasSubstr("\nprocess_resident_memory_bytes "));
}

TEST(ServiceMetrics, ALoopThatIsMissingKeepsItsCounts) {
  PolledLoop silent = loop({method("Average", 1, 0)});
  silent.missing = true;
  silent.missed = 3;
  const std::string text = text_of({loop({method("Average", 1, 0)}), silent});
  EXPECT_THAT(text, HasSubstr("method=\"Average\",route=\"nats\",code=\"OK\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_nats_connected{loop=\"1\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_loops_missing 1\n"));
  EXPECT_THAT(text, HasSubstr("fairlead_loops_missed_total 3\n"));
}

TEST(ServiceMetrics, AnUnknownCodeHasNoSeriesOfItsOwnName) {
  for (int code = 0; code <= 16; ++code) {
    MethodSnapshot odd;
    odd.by_code[static_cast<std::size_t>(code)] = 1;
    EXPECT_THAT(text_of({loop({odd})}), Not(HasSubstr("code=\"\""))) << code;
  }
}

TEST(ServiceMetrics, TellsRoutesApart) {
  MethodSnapshot average = method("Average", 0, 0);
  auto& local = average.by_route[static_cast<std::size_t>(rpc::RouteKind::kLocal)].emplace();
  local.by_code[0] = 1;
  local.duration_counts.fill(1);
  local.duration_count = 1;
  const std::string text = text_of({loop({average}), loop({method("Average", 0, 0)})});
  for (const char* line :
       {"method=\"Average\",route=\"nats\",code=\"OK\"} 3\n",
        "method=\"Average\",route=\"local\",code=\"OK\"} 1\n",
        "method=\"Average\",route=\"nats\"} 5\n", "method=\"Average\",route=\"local\"} 1\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(ServiceMetrics, SumsTheClientsOfAllLoops) {
  ClientSnapshot client;
  client.service = "users.Users";
  client.method = "Get";
  client.in_flight = 2;
  client.retries = 1;
  client.broken = 4;
  client.breaker = rpc::BreakerState::kOpen;
  std::vector<PolledLoop> loops = {loop({}), loop({}), loop({})};
  loops[0].last.clients.push_back(client);
  client.breaker = rpc::BreakerState::kHalfOpen;
  client.by_route[0].emplace().by_code[14] = 3;
  loops[1].last.clients.push_back(client);
  client.by_route[1].emplace().by_code[0] = 5;
  client.by_route[1]->duration_count = 5;
  loops[2].last.clients.push_back(client);
  const std::string text = text_of(loops);
  for (const char* line :
       {"fairlead_client_handled_total{service=\"users.Users\",method=\"Get\",route=\"nats\","
        "code=\"UNAVAILABLE\"} 6\n",
        "fairlead_client_handled_total{service=\"users.Users\",method=\"Get\",route=\"local\","
        "code=\"OK\"} 5\n",
        "fairlead_client_handling_seconds_count{service=\"users.Users\",method=\"Get\","
        "route=\"local\"} 5\n",
        "fairlead_client_in_flight{service=\"users.Users\",method=\"Get\"} 6\n",
        "fairlead_client_retries_total{service=\"users.Users\",method=\"Get\"} 3\n",
        "fairlead_client_hedges_total{service=\"users.Users\",method=\"Get\"} 0\n",
        "fairlead_client_refused_total{service=\"users.Users\",method=\"Get\",by=\"breaker\"} 12\n",
        "fairlead_client_refused_total{service=\"users.Users\",method=\"Get\",by=\"throttle\"} 0\n",
        "fairlead_client_breaker_state{service=\"users.Users\",method=\"Get\"} 2\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

TEST(ServiceMetrics, TellsWhatBecameOfSpans) {
  telemetry::ExportCounts spans;
  spans.exported = 1;
  spans.overflowed = 2;
  spans.refused = 3;
  spans.undelivered = 4;
  spans.refusals = 5;
  spans.failures = 6;
  const std::vector<PolledLoop> loops = {loop({})};
  const std::string text =
      write_metrics(service_metrics(loops, spans), telemetry::MetricFormat::kPrometheus);
  for (const char* line : {"fairlead_trace_spans_exported_total 1\n",
                           "fairlead_trace_spans_dropped_total{reason=\"queue_full\"} 2\n",
                           "fairlead_trace_spans_dropped_total{reason=\"refused\"} 3\n",
                           "fairlead_trace_spans_dropped_total{reason=\"unavailable\"} 4\n",
                           "fairlead_trace_export_failures_total{reason=\"refused\"} 5\n",
                           "fairlead_trace_export_failures_total{reason=\"unavailable\"} 6\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text_of(loops), HasSubstr("fairlead_trace_spans_exported_total 0\n"));
}

TEST(ServiceMetrics, ShowsWhatUsersRecorded) {
  telemetry::MetricShard shard;
  Metrics(&shard).add(CounterMetric("press_pages_total", "Pages."), 2);
  std::vector<PolledLoop> loops = {loop({}), loop({})};
  for (PolledLoop& each : loops) each.last.recorded = shard.read();
  EXPECT_THAT(text_of(loops), HasSubstr("\n# HELP press_pages_total Pages.\n# TYPE "
                                        "press_pages_total counter\npress_pages_total 4\n"));
}

TEST(Readiness, NamesWhatIsAmiss) {
  std::vector<PolledLoop> loops = {loop({}), loop({})};
  EXPECT_EQ(why_not_ready(loops), "");
  loops[1].last.connected = false;
  EXPECT_EQ(why_not_ready(loops), "loop 1 is not connected to NATS");
  EXPECT_EQ(why_not_healthy(loops), "");
  loops[0].last.state = LoopState::kStarting;
  EXPECT_EQ(why_not_ready(loops), "starting");
  loops[1].last.state = LoopState::kStopping;
  EXPECT_EQ(why_not_ready(loops), "stopping");
  loops[1].last.state = LoopState::kEnded;
  EXPECT_EQ(why_not_ready(loops), "stopping");
  EXPECT_EQ(why_not_healthy(loops), "");
  loops[0].missing = true;
  EXPECT_EQ(why_not_healthy(loops), "loop 0 does not answer; a handler may block it");
  EXPECT_EQ(why_not_ready(loops), why_not_healthy(loops));
}

}  // namespace
}  // namespace fairlead
