#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/server.hpp"
#include "fairlead/service.hpp"

#include "discovery/instance.hpp"
#include "discovery/schema.hpp"
#include "route/nats_host.hpp"
#include "rpc/method_server.hpp"

namespace fairlead {

/// One service on one connection: the servers of its methods and its part in discovery.
class HostedService {
 public:
  HostedService(nats::Connection connection, Service service, WorkerPool& workers,
                const ServerOptions& options, Waiter& call_ended);

  ~HostedService() { stop(); }
  HostedService(const HostedService&) = delete;
  HostedService& operator=(const HostedService&) = delete;

  /// Subscribes to everything.
  absl::Status start();

  /// Not OK if the NATS server has refused the subject of a method: why. Known after a flush.
  absl::Status status() const { return host_.status(); }

  /// Leaves the queue groups.
  Task<absl::Status> leave(Deadline::Duration timeout) { return host_.leave(timeout); }
  /// Leaves discovery as well.
  void stop();

  /// Calls that run or wait.
  std::size_t busy() const;
  void give_up(const absl::Status& status);

  const Service& service() const { return service_; }
  const std::string& id() const { return id_; }
  const std::vector<std::unique_ptr<rpc::MethodServer>>& methods() const { return methods_; }

 private:
  std::string subject_of(const std::string& subject) const;
  discovery::Identity identity() const;
  discovery::InfoResponse info() const;
  discovery::StatsResponse stats() const;
  absl::Status publish_schema();

  nats::Connection connection_;
  Service service_;
  std::string id_;
  discovery::Schema schema_;
  std::chrono::system_clock::time_point started_;
  std::vector<std::unique_ptr<rpc::MethodServer>> methods_;  // before host_, which uses them
  route::NatsHost host_;
  discovery::Instance instance_;
  std::vector<nats::Subscription> control_;
};

}  // namespace fairlead
