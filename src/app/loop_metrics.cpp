#include "fairlead/loop_metrics.hpp"

#include <vector>

#include "app/client_snapshot.hpp"
#include "core/loop_core.hpp"
#include "telemetry/metric_shard.hpp"
#include "telemetry/metric_writer.hpp"

namespace fairlead {

std::string loop_metrics(Loop& loop) {
  std::vector<telemetry::MetricFamily> families;
  append_client_metrics(families, read_clients(loop.core()));
  const auto recorded = loop.core().resource<telemetry::MetricShard>().read();
  for (telemetry::MetricFamily& family : telemetry::sum_metrics({&recorded})) {
    families.push_back(std::move(family));
  }
  return telemetry::write_metrics(families, telemetry::MetricFormat::kPrometheus);
}

}  // namespace fairlead
