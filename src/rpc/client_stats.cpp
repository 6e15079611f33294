#include "rpc/client_stats.hpp"

namespace fairlead::rpc {

void ClientMethodStats::record(RouteKind route, const absl::Status& status,
                               std::chrono::nanoseconds taken) {
  std::unique_ptr<MethodStats>& stats = by_route[static_cast<std::size_t>(route)];
  if (!stats) stats = std::make_unique<MethodStats>();
  stats->record(status, taken);
}

std::shared_ptr<ClientMethodStats> ClientStats::of(const std::string& service,
                                                   const std::string& method) {
  std::pair key(service, method);
  if (!methods_.contains(key) && methods_.size() >= kMaxMethods) key = {"other", "other"};
  std::shared_ptr<ClientMethodStats>& stats = methods_[key];
  if (!stats) {
    stats = std::make_shared<ClientMethodStats>();
    stats->service = key.first;
    stats->method = key.second;
  }
  return stats;
}

}  // namespace fairlead::rpc
