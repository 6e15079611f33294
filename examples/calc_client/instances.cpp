#include "instances.hpp"

#include <nlohmann/json.hpp>

fairlead::Task<absl::StatusOr<std::map<std::string, std::uint64_t>>> count_by_instance(
    fairlead::nats::Connection connection) {
  const auto replies = co_await connection.request_many(
      "$SRV.STATS.calc-Calc", "", std::chrono::seconds(2), std::chrono::milliseconds(200));
  if (!replies.ok()) co_return replies.status();
  std::map<std::string, std::uint64_t> counts;
  for (const fairlead::nats::Message& reply : *replies) {
    const auto stats = nlohmann::json::parse(reply.payload, nullptr, false);
    if (!stats.is_object()) continue;
    for (const auto& endpoint : stats["endpoints"]) {
      if (endpoint["name"] == "Average") counts[stats["id"]] = endpoint["num_requests"];
    }
  }
  co_return counts;
}
