#include "app/client_snapshot.hpp"

#include "rpc/client_stats.hpp"

namespace fairlead {

using telemetry::Labels;
using telemetry::MetricFamily;
using telemetry::MetricType;

void ClientSnapshot::add(const ClientSnapshot& other) {
  in_flight += other.in_flight;
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
      counts.labels.add("service", method.service)
          .add("method", method.method)
          .add("route", rpc::route_name(static_cast<rpc::RouteKind>(route)));
      counts.counts = &*method.by_route[route];
    }
  }
  append_call_metrics(families, "fairlead_client", routes,
                      "Calls of this process to services that ended, by their status.",
                      "Time from the making of a call to its end, with all its attempts.");
  MetricFamily& in_flight = families.emplace_back(MetricType::kGauge, "fairlead_client_in_flight",
                                                  "Calls of this process that are under way.");
  for (const ClientSnapshot& method : methods) {
    in_flight.add(static_cast<double>(method.in_flight),
                  Labels().add("service", method.service).add("method", method.method));
  }
}

}  // namespace fairlead
