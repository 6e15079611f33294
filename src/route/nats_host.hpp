#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/nats/connection.hpp"

#include "route/nats_sink.hpp"
#include "rpc/call_server.hpp"
#include "rpc/stream_table.hpp"

namespace fairlead::nats {
struct SubscriptionState;
}

namespace fairlead::route {

/// The service's side of the way through the broker: brings requests from subjects to the servers
/// of methods, and their replies back.
class NatsHost final : public NatsSink {
 public:
  explicit NatsHost(nats::Connection connection) : NatsSink(std::move(connection)) {}
  /// Leaves what it has not left yet, without waiting.
  ~NatsHost() override;

  /// Subscribes `server`, which outlives this object, to `subject`.
  absl::Status host(const std::string& subject, const std::string& queue_group,
                    rpc::CallServer& server);

  /// Brings the frames of streams to `streams`, which outlives this object, until leave_streams().
  /// When the connection is lost all streams over it end, because frames may be lost with it.
  absl::Status host_streams(rpc::StreamTable& streams);

  /// Leaves the subjects of `server` until come_back(); requests that were on their way still reach
  /// it.
  void step_aside(const rpc::CallServer& server);
  absl::Status come_back(const rpc::CallServer& server);

  /// Not OK if the NATS server has refused a subject: why. Known after a flush of the connection.
  absl::Status status() const;

  /// Leaves all subjects; requests that were on their way still reach the servers. Returns when
  /// the NATS server has confirmed it.
  Task<absl::Status> leave(Deadline::Duration timeout);
  /// Streams have ended.
  void leave_streams();

 private:
  struct Hosted {
    std::string subject;
    std::string queue_group;
    rpc::CallServer* server;
    nats::Subscription subscription;
    std::optional<nats::Subscription> former;  // that was left, and may still get requests
  };

  absl::StatusOr<nats::Subscription> subscribe(const std::string& subject,
                                               const std::string& queue_group,
                                               rpc::CallServer& server);

  std::vector<Hosted> hosted_;
  std::shared_ptr<nats::SubscriptionState> streams_;  // null if there are no streams
};

}  // namespace fairlead::route
