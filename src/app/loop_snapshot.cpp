#include "app/loop_snapshot.hpp"

#include "rpc/call_server.hpp"

namespace fairlead {

void MethodSnapshot::set_counts(const rpc::MethodStats& stats) {
  CallCounts::set_counts(stats);
  rejected = stats.rejected;
}

void MethodSnapshot::add(const MethodSnapshot& other) {
  CallCounts::add(other);
  if (other.local) {
    if (!local) local.emplace();
    local->add(*other.local);
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
  if (server.local_stats()) method.local.emplace().set_counts(*server.local_stats());
  method.in_flight = server.gate().running();
  method.queued = server.gate().waiting();
  method.limit = server.gate().limit();
  return method;
}

}  // namespace fairlead
