#include "app/loop_snapshot.hpp"

#include "rpc/call_server.hpp"

namespace fairlead {

void MethodSnapshot::set_counts(const rpc::MethodStats& stats) {
  CallCounts::set_counts(stats);
  rejected = stats.rejected;
}

void MethodSnapshot::add(const MethodSnapshot& other) {
  CallCounts::add(other);
  for (std::size_t route = 0; route < by_route.size(); ++route) {
    if (!other.by_route[route]) continue;
    if (!by_route[route]) by_route[route].emplace();
    by_route[route]->add(*other.by_route[route]);
  }
  rejected += other.rejected;
  in_flight += other.in_flight;
  queued += other.queued;
  limit += other.limit;
}

MethodSnapshot read_method(std::string_view service, const rpc::CallServer& server) {
  MethodSnapshot method;
  method.service = service;
  method.method = server.method().name;
  method.set_counts(server.stats());
  for (std::size_t route = 0; route < method.by_route.size(); ++route) {
    const rpc::MethodStats* const stats = server.stats_of(static_cast<rpc::RouteKind>(route));
    if (stats) method.by_route[route].emplace().set_counts(*stats);
  }
  method.in_flight = server.gate().running();
  method.queued = server.gate().waiting();
  method.limit = server.gate().limit();
  return method;
}

}  // namespace fairlead
