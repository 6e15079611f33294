#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "fairlead/description.hpp"

#include "discovery/instance.hpp"
#include "route/direct/listener.hpp"
#include "rpc/call_server.hpp"

namespace fairlead {

/// What an instance says of itself and its methods to those who ask: discovery's `INFO` and
/// `STATS`.
class InstanceReport {
 public:
  /// All that is referred to outlives it. `schema` is the hash of the schema.
  InstanceReport(const ServiceDescription& description, std::string id, std::string schema,
                 const std::vector<std::unique_ptr<rpc::CallServer>>& methods);

  /// Where callers may come in directly; outlives it.
  void set_listener(const route::direct::Listener& listener) { listener_ = &listener; }

  discovery::InfoResponse info() const;
  discovery::StatsResponse stats() const;

 private:
  discovery::Identity identity() const;
  std::string subject_of(const rpc::CallServer& server) const;

  const ServiceDescription& description_;
  const std::string id_;
  const std::string schema_;
  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  const std::vector<std::unique_ptr<rpc::CallServer>>& methods_;
  const route::direct::Listener* listener_ = nullptr;  // may be null
};

}  // namespace fairlead
