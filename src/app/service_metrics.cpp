#include "app/service_metrics.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <utility>

#include "fairlead/version.hpp"

#include "core/strings.hpp"
#include "telemetry/process_metrics.hpp"

namespace fairlead {
namespace {

using telemetry::Labels;
using telemetry::MetricFamily;
using telemetry::MetricType;

#if defined(__clang__)
constexpr const char* kCompiler = "clang " __clang_version__;
#else
constexpr const char* kCompiler = "g++ " __VERSION__;
#endif

// The loops of a process do the same: what they say of a method is added up.
template <typename Snapshot>
std::vector<Snapshot> sum_methods(std::span<const PolledLoop> loops,
                                  std::vector<Snapshot> LoopSnapshot::*methods) {
  std::vector<Snapshot> sums;
  std::map<std::pair<std::string, std::string>, std::size_t> places;
  for (const PolledLoop& loop : loops) {
    for (const Snapshot& method : loop.last.*methods) {
      const auto [place, is_new] =
          places.try_emplace(std::pair(method.service, method.method), sums.size());
      if (is_new) {
        sums.push_back(method);
      } else {
        sums[place->second].add(method);
      }
    }
  }
  return sums;
}

void append_methods(std::vector<MetricFamily>& families, std::span<const MethodSnapshot> methods) {
  std::vector<Labels> labels;
  std::vector<RouteCounts> routes;
  std::vector<CallCounts> by_nats(methods.begin(), methods.end());
  for (std::size_t i = 0; i < methods.size(); ++i) {
    const MethodSnapshot& method = methods[i];
    labels.push_back(Labels().add("service", method.service).add("method", method.method));
    routes.push_back({Labels(labels.back()).add("route", "nats"), &by_nats[i]});
    for (std::size_t route = 0; route < method.by_route.size(); ++route) {
      if (!method.by_route[route]) continue;
      by_nats[i].subtract(*method.by_route[route]);
      const std::string_view name = rpc::route_name(static_cast<rpc::RouteKind>(route));
      routes.push_back({Labels(labels.back()).add("route", name), &*method.by_route[route]});
    }
  }
  append_call_metrics(families, "fairlead_server", routes,
                      "Calls that were answered, by the status of their answer.",
                      "Time from the arrival of a call to its answer.");

  const auto append = [&](MetricType type, const char* name, const char* help,
                          std::size_t (*value)(const MethodSnapshot&)) {
    MetricFamily& family = families.emplace_back(type, name, help);
    for (std::size_t i = 0; i < methods.size(); ++i) {
      family.add(static_cast<double>(value(methods[i])), labels[i]);
    }
  };
  append(MetricType::kCounter, "fairlead_server_rejected_total",
         "Calls that were refused because too many ran and waited.",
         [](const MethodSnapshot& method) { return std::size_t{method.rejected}; });
  append(MetricType::kGauge, "fairlead_server_in_flight", "Calls that run now.",
         [](const MethodSnapshot& method) { return method.in_flight; });
  append(MetricType::kGauge, "fairlead_server_queued", "Calls that wait for a slot now.",
         [](const MethodSnapshot& method) { return method.queued; });
  append(MetricType::kGauge, "fairlead_server_limit", "Calls that may run at once.",
         [](const MethodSnapshot& method) { return method.limit; });
  append(MetricType::kGauge, "fairlead_server_capacity_free", "Calls that could start at once now.",
         [](const MethodSnapshot& method) {
           return method.limit - std::min(method.limit, method.in_flight);
         });
  append(MetricType::kGauge, "fairlead_server_capacity_used",
         "Calls that run or wait for a slot now; more than the limit if there is too much to do.",
         [](const MethodSnapshot& method) { return method.in_flight + method.queued; });
}

void append_connections(std::vector<MetricFamily>& families, std::span<const PolledLoop> loops) {
  MetricFamily& connected =
      families.emplace_back(MetricType::kGauge, "fairlead_nats_connected",
                            "1 if the loop's connection to NATS stands, else 0.");
  for (std::size_t i = 0; i < loops.size(); ++i) {
    const bool stands = loops[i].last.connected && !loops[i].missing;
    connected.add(stands ? 1 : 0, Labels().add("loop", std::to_string(i)));
  }
  const auto append = [&](const char* name, const char* help,
                          std::uint64_t (*value)(const LoopSnapshot&)) {
    std::uint64_t sum = 0;
    for (const PolledLoop& loop : loops) sum += value(loop.last);
    families.emplace_back(MetricType::kCounter, name, help).add(static_cast<double>(sum));
  };
  append("fairlead_nats_reconnects_total", "Connections to NATS that were made anew.",
         [](const LoopSnapshot& loop) { return loop.connection.reconnects; });
  append("fairlead_nats_received_messages_total", "Messages that came from NATS.",
         [](const LoopSnapshot& loop) { return loop.connection.messages_in; });
  append("fairlead_nats_sent_messages_total", "Messages that went to NATS.",
         [](const LoopSnapshot& loop) { return loop.connection.messages_out; });
  append("fairlead_nats_received_bytes_total", "Bytes that came from NATS.",
         [](const LoopSnapshot& loop) { return loop.connection.bytes_in; });
  append("fairlead_nats_sent_bytes_total", "Bytes that went to NATS.",
         [](const LoopSnapshot& loop) { return loop.connection.bytes_out; });
  append("fairlead_nats_slow_consumers_total",
         "How often a subscription's queue was full and began to lose messages.",
         [](const LoopSnapshot& loop) { return loop.slow_consumers; });
}

void append_direct_links(std::vector<MetricFamily>& families, std::span<const PolledLoop> loops) {
  std::optional<route::direct::ListenerCounts> sum;
  for (const PolledLoop& loop : loops) {
    if (!loop.last.direct) continue;
    if (!sum) sum.emplace();
    sum->links += loop.last.direct->links;
    sum->entered += loop.last.direct->entered;
    for (std::size_t i = 0; i < sum->refused.size(); ++i) {
      sum->refused[i] += loop.last.direct->refused[i];
    }
  }
  if (!sum) return;
  families
      .emplace_back(MetricType::kGauge, "fairlead_direct_links",
                    "Links straight from callers that stand now.")
      .add(static_cast<double>(sum->links));
  families
      .emplace_back(MetricType::kCounter, "fairlead_direct_links_total",
                    "Links straight from callers that were let in.")
      .add(static_cast<double>(sum->entered));
  MetricFamily& refused =
      families.emplace_back(MetricType::kCounter, "fairlead_direct_refused_total",
                            "Connections and messages of direct links that were turned away.");
  for (std::size_t i = 0; i < sum->refused.size(); ++i) {
    const auto reason = route::direct::refusal_name(static_cast<route::direct::Refusal>(i));
    refused.add(static_cast<double>(sum->refused[i]), Labels().add("reason", reason));
  }
}

// Metrics of the user's.
void append_recorded(std::vector<MetricFamily>& families, std::span<const PolledLoop> loops) {
  std::vector<const std::vector<telemetry::RecordedMetric>*> recorded;
  for (const PolledLoop& loop : loops) recorded.push_back(&loop.last.recorded);
  for (MetricFamily& family : telemetry::sum_metrics(recorded)) {
    families.push_back(std::move(family));
  }
}

void append_loops(std::vector<MetricFamily>& families, std::span<const PolledLoop> loops) {
  families
      .emplace_back(MetricType::kGauge, "fairlead_ready",
                    "1 while all loops serve and are connected to NATS (/readyz), else 0.")
      .add(why_not_ready(loops).empty() ? 1 : 0);
  const auto missing = std::count_if(loops.begin(), loops.end(), std::mem_fn(&PolledLoop::missing));
  std::uint64_t missed = 0;
  for (const PolledLoop& loop : loops) missed += loop.missed;
  families.emplace_back(MetricType::kGauge, "fairlead_loops", "Event loops of the process.")
      .add(static_cast<double>(loops.size()));
  families
      .emplace_back(MetricType::kGauge, "fairlead_loops_missing",
                    "Event loops that did not answer in time, so that these metrics hold what they "
                    "said before.")
      .add(static_cast<double>(missing));
  families
      .emplace_back(MetricType::kCounter, "fairlead_loops_missed_total",
                    "How often an event loop did not answer in time.")
      .add(static_cast<double>(missed));
}

// Of how traces are exported; all nought where they are not, so that nothing is missing.
void append_traces(std::vector<MetricFamily>& families, const telemetry::ExportCounts& spans) {
  const auto by_reason = [](MetricFamily& family, const char* reason, std::uint64_t count) {
    family.add(static_cast<double>(count), Labels().add("reason", reason));
  };
  families
      .emplace_back(MetricType::kCounter, "fairlead_trace_spans_exported_total",
                    "Spans of traces that their receiver took.")
      .add(static_cast<double>(spans.exported));
  MetricFamily& dropped =
      families.emplace_back(MetricType::kCounter, "fairlead_trace_spans_dropped_total",
                            "Spans of traces that were lost on their way to the receiver.");
  by_reason(dropped, "queue_full", spans.overflowed);
  by_reason(dropped, "refused", spans.refused);
  by_reason(dropped, "unavailable", spans.undelivered);
  MetricFamily& failures =
      families.emplace_back(MetricType::kCounter, "fairlead_trace_export_failures_total",
                            "Requests with spans that failed, also if they were tried again.");
  by_reason(failures, "refused", spans.refusals);
  by_reason(failures, "unavailable", spans.failures);
}

}  // namespace

std::vector<MetricFamily> service_metrics(std::span<const PolledLoop> loops,
                                          const telemetry::ExportCounts& spans) {
  std::vector<MetricFamily> families;
  append_methods(families, sum_methods(loops, &LoopSnapshot::methods));
  append_client_metrics(families, sum_methods(loops, &LoopSnapshot::clients));
  append_connections(families, loops);
  append_direct_links(families, loops);
  append_loops(families, loops);
  append_traces(families, spans);
  families.emplace_back(MetricType::kInfo, "fairlead_build_info", "What the process was built of.")
      .add(1, Labels().add("version", kVersion).add("compiler", kCompiler));
  telemetry::append_process_metrics(families);
  append_recorded(families, loops);
  return families;
}

std::string why_not_healthy(std::span<const PolledLoop> loops) {
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (loops[i].missing) return concat("loop ", i, " does not answer; a handler may block it");
  }
  return "";
}

std::string why_not_ready(std::span<const PolledLoop> loops) {
  if (std::string why = why_not_healthy(loops); !why.empty()) return why;
  const auto any = [&](LoopState state) {
    return std::any_of(loops.begin(), loops.end(),
                       [&](const PolledLoop& loop) { return loop.last.state == state; });
  };
  if (any(LoopState::kStopping) || any(LoopState::kEnded)) return "stopping";
  if (any(LoopState::kStarting)) return "starting";
  for (std::size_t i = 0; i < loops.size(); ++i) {
    if (!loops[i].last.connected) return concat("loop ", i, " is not connected to NATS");
  }
  return "";
}

}  // namespace fairlead
