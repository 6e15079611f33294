#include "app/instance_report.hpp"

#include <utility>

#include <absl/strings/str_join.h>
#include <nlohmann/json.hpp>

#include "fairlead/version.hpp"

#include "core/strings.hpp"
#include "rpc/policy_text.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead {
namespace {

std::string format_seconds(std::chrono::nanoseconds duration) {
  return concat(static_cast<double>(duration.count()) / 1e9, "s");
}

discovery::StringMap endpoint_metadata(const MethodDescription& method) {
  discovery::StringMap metadata = {{"fairlead.method", method.full_name},
                                   {"fairlead.kind", std::string(kind_name(method.kind))},
                                   {"fairlead.request", method.request->full_name()},
                                   {"fairlead.response", method.response->full_name()},
                                   {"fairlead.idempotent", method.idempotent ? "true" : "false"}};
  // A stream lasts as long as its caller says.
  if (method.kind == MethodKind::kUnary) {
    metadata["fairlead.timeout"] = format_seconds(method.timeout);
  }
  const CallPolicy& policy = method.policy;
  if (policy.retry()) metadata["fairlead.retry"] = rpc::to_text(*policy.retry());
  if (policy.throttle()) metadata["fairlead.throttle"] = rpc::to_text(*policy.throttle());
  if (policy.breaker()) metadata["fairlead.breaker"] = rpc::to_text(*policy.breaker());
  if (policy.hedge()) metadata["fairlead.hedge"] = rpc::to_text(*policy.hedge());
  return metadata;
}

std::string stats_data(const rpc::CallServer& server) {
  const rpc::MethodStats& stats = server.stats();
  nlohmann::json codes = nlohmann::json::object();
  for (std::size_t code = 0; code < stats.by_code.size(); ++code) {
    if (stats.by_code[code] == 0) continue;
    codes[std::string(rpc::code_name(static_cast<absl::StatusCode>(code)))] = stats.by_code[code];
  }
  const nlohmann::json data = {
      {"in_flight", server.gate().running()},
      {"limit", server.gate().limit()},
      {"queued", server.gate().waiting()},
      {"rejected", stats.rejected},
      {"latency_ns",
       {{"p50", stats.latency.quantile(0.5)},
        {"p90", stats.latency.quantile(0.9)},
        {"p99", stats.latency.quantile(0.99)},
        {"max", stats.latency.max()}}},
      {"codes", codes},
  };
  return data.dump();
}

}  // namespace

InstanceReport::InstanceReport(const ServiceDescription& description, std::string id,
                               std::string schema,
                               const std::vector<std::unique_ptr<rpc::CallServer>>& methods)
    : description_(description),
      id_(std::move(id)),
      schema_(std::move(schema)),
      methods_(methods) {}

std::string InstanceReport::subject_of(const rpc::CallServer& server) const {
  return with_prefix(description_.prefix, server.method().subject);
}

discovery::Identity InstanceReport::identity() const {
  discovery::Identity identity;
  identity.name = description_.name;
  identity.id = id_;
  identity.version = description_.version;
  identity.metadata = {{"fairlead", std::string(kVersion)},
                       {"fairlead.service", description_.full_name},
                       {"fairlead.schema", schema_},
                       {"fairlead.language", "c++"}};
  if (!description_.prefix.empty()) identity.metadata["fairlead.prefix"] = description_.prefix;
  if (listener_) {
    identity.metadata["fairlead.direct"] = absl::StrJoin(listener_->addresses(), ",");
  }
  return identity;
}

discovery::InfoResponse InstanceReport::info() const {
  discovery::InfoResponse info;
  static_cast<discovery::Identity&>(info) = identity();
  info.description = description_.description;
  for (const auto& server : methods_) {
    discovery::EndpointInfo endpoint;
    endpoint.name = server->method().name;
    endpoint.subject = subject_of(*server);
    endpoint.queue_group = description_.queue_group;
    endpoint.metadata = endpoint_metadata(server->method());
    info.endpoints.push_back(std::move(endpoint));
  }
  return info;
}

discovery::StatsResponse InstanceReport::stats() const {
  discovery::StatsResponse stats;
  static_cast<discovery::Identity&>(stats) = identity();
  stats.started = started_;
  for (const auto& server : methods_) {
    const rpc::MethodStats& counts = server->stats();
    discovery::EndpointStats endpoint;
    endpoint.name = server->method().name;
    endpoint.subject = subject_of(*server);
    endpoint.queue_group = description_.queue_group;
    endpoint.num_requests = counts.requests;
    endpoint.num_errors = counts.errors;
    endpoint.last_error = counts.last_error;
    endpoint.processing_time = counts.processing_time;
    endpoint.data = stats_data(*server);
    stats.endpoints.push_back(std::move(endpoint));
  }
  return stats;
}

}  // namespace fairlead
