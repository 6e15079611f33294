#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/channel.hpp"
#include "fairlead/server.hpp"
#include "fairlead/service.hpp"

#include "app/instance_report.hpp"
#include "discovery/instance.hpp"
#include "discovery/schema.hpp"
#include "route/direct/host.hpp"
#include "route/direct/listener.hpp"
#include "route/local_exchange.hpp"
#include "route/nats_host.hpp"
#include "rpc/call_server.hpp"
#include "rpc/stream_server.hpp"
#include "rpc/stream_table.hpp"

namespace fairlead {

/// One service on one channel: the servers of its methods, the ways by which calls come to them,
/// and its part in discovery if there is NATS.
class HostedService {
 public:
  HostedService(const Channel& channel, Service service, WorkerPool& workers,
                const ServerOptions& options, Waiter& call_ended);

  ~HostedService();
  HostedService(const HostedService&) = delete;
  HostedService& operator=(const HostedService&) = delete;

  /// Lets callers come in at `listener` too, which outlives this object. Before start().
  void listen(route::direct::Listener& listener);

  /// Takes calls from now on: subscribes to everything.
  absl::Status start();

  /// Not OK if the NATS server has refused the subject of a method: why. Known after a flush.
  absl::Status status() const;

  /// Leaves the queue groups, and the loop's own exchange.
  Task<absl::Status> leave(Deadline::Duration timeout);
  /// Leaves discovery as well.
  void stop();

  /// Calls that run or wait.
  std::size_t busy() const;
  void give_up(const absl::Status& status);

  const Service& service() const { return service_; }
  const std::string& id() const { return id_; }
  const std::vector<std::unique_ptr<rpc::CallServer>>& methods() const { return methods_; }

 private:
  std::string subject_of(const std::string& subject) const;
  std::vector<std::string> subjects_of(const MethodDescription& method) const;
  absl::Status publish_schema();
  absl::Status listen_for_cancels();
  void attend(rpc::MethodServer& server, rpc::Attendance step, const Logger& logger);

  Channel channel_;
  std::optional<nats::Connection> connection_;  // that of the channel
  route::LocalExchange& exchange_;
  Service service_;
  std::string id_;
  discovery::Schema schema_;
  rpc::StreamTable streams_;
  std::vector<std::unique_ptr<rpc::CallServer>> methods_;  // before host_, which uses them
  std::vector<rpc::MethodServer*> unary_;                  // those of them that do not stream
  std::vector<rpc::StreamServer*> streaming_;              // those that do
  InstanceReport report_;                                  // of these
  std::optional<route::NatsHost> host_;                    // if there is a connection
  std::optional<discovery::Instance> instance_;            // likewise
  std::optional<route::direct::Host> direct_;              // if there is a listener
  std::vector<nats::Subscription> control_;
  bool leaving_ = false;
};

}  // namespace fairlead
