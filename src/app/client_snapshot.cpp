#include "app/client_snapshot.hpp"

#include <algorithm>

#include "rpc/client_stats.hpp"

namespace fairlead {

using telemetry::Labels;
using telemetry::MetricFamily;
using telemetry::MetricType;

namespace {

Labels labels_of(const ClientSnapshot& method) {
  return Labels().add("service", method.service).add("method", method.method);
}

}  // namespace

void ClientSnapshot::add(const ClientSnapshot& other) {
  in_flight += other.in_flight;
  retries += other.retries;
  hedges += other.hedges;
  throttled += other.throttled;
  broken += other.broken;
  breaker = std::max(breaker, other.breaker);
  for (std::size_t route = 0; route < by_route.size(); ++route) {
    if (!other.by_route[route]) continue;
    if (!by_route[route]) by_route[route].emplace();
    by_route[route]->add(*other.by_route[route]);
  }
}

std::vector<ClientSnapshot> read_clients(LoopCore& loop) {
  std::vector<ClientSnapshot> snapshots;
  for (const auto& [name, stats] : loop.resource<rpc::ClientStats>().methods()) {
    ClientSnapshot& snapshot = snapshots.emplace_back();
    snapshot.service = stats->service;
    snapshot.method = stats->method;
    snapshot.in_flight = stats->in_flight;
    snapshot.retries = stats->retries;
    snapshot.hedges = stats->hedges;
    snapshot.throttled = stats->throttled;
    snapshot.broken = stats->broken;
    snapshot.breaker = stats->breaker;
    for (std::size_t route = 0; route < stats->by_route.size(); ++route) {
      if (stats->by_route[route]) {
        snapshot.by_route[route].emplace().set_counts(*stats->by_route[route]);
      }
    }
  }
  return snapshots;
}

void append_client_metrics(std::vector<MetricFamily>& families,
                           const std::vector<ClientSnapshot>& methods) {
  std::vector<RouteCounts> routes;
  for (const ClientSnapshot& method : methods) {
    for (std::size_t route = 0; route < method.by_route.size(); ++route) {
      if (!method.by_route[route]) continue;
      RouteCounts& counts = routes.emplace_back();
      counts.labels =
          labels_of(method).add("route", rpc::route_name(static_cast<rpc::RouteKind>(route)));
      counts.counts = &*method.by_route[route];
    }
  }
  append_call_metrics(families, "fairlead_client", routes,
                      "Calls of this process to services that ended, by their status.",
                      "Time from the making of a call to its end, with all its attempts.");
  const auto append = [&](MetricType type, const char* name, const char* help,
                          std::uint64_t (*value)(const ClientSnapshot&)) {
    MetricFamily& family = families.emplace_back(type, name, help);
    for (const ClientSnapshot& method : methods) {
      family.add(static_cast<double>(value(method)), labels_of(method));
    }
  };
  append(MetricType::kGauge, "fairlead_client_in_flight",
         "Calls of this process that are under way.",
         [](const ClientSnapshot& method) { return std::uint64_t{method.in_flight}; });
  append(MetricType::kCounter, "fairlead_client_retries_total",
         "Attempts of calls behind their first.",
         [](const ClientSnapshot& method) { return method.retries; });
  append(MetricType::kCounter, "fairlead_client_hedges_total",
         "Calls that were sent a second time because the answer took long.",
         [](const ClientSnapshot& method) { return method.hedges; });
  append(MetricType::kGauge, "fairlead_client_breaker_state",
         "The circuit breaker: 0 closed or none, 1 half open, 2 open.",
         [](const ClientSnapshot& method) { return static_cast<std::uint64_t>(method.breaker); });
  MetricFamily& refused =
      families.emplace_back(MetricType::kCounter, "fairlead_client_refused_total",
                            "Calls and attempts that were not sent, by what kept them back.");
  for (const ClientSnapshot& method : methods) {
    refused.add(static_cast<double>(method.throttled), labels_of(method).add("by", "throttle"));
    refused.add(static_cast<double>(method.broken), labels_of(method).add("by", "breaker"));
  }
}

}  // namespace fairlead
