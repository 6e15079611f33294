#pragma once

#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"

#include "rpc/method_server.hpp"
#include "rpc/reply_sink.hpp"

namespace fairlead::route {

/// The service's side of the way through the broker: brings requests from subjects to the servers
/// of methods, and their replies back.
class NatsHost final : public rpc::ReplySink {
 public:
  explicit NatsHost(nats::Connection connection) : connection_(std::move(connection)) {}
  /// Leaves what it has not left yet, without waiting.
  ~NatsHost() override;

  /// Subscribes `server`, which outlives this object, to `subject`.
  absl::Status host(const std::string& subject, const std::string& queue_group,
                    rpc::MethodServer& server);

  /// Not OK if the NATS server has refused a subject: why. Known after a flush of the connection.
  absl::Status status() const;

  /// Leaves all subjects; requests that were on their way still reach the servers. Returns when
  /// the NATS server has confirmed it.
  Task<absl::Status> leave(Deadline::Duration timeout);

  std::size_t max_reply_size() const override;
  absl::Status send(std::string_view peer, std::string_view header, std::size_t size,
                    absl::FunctionRef<void(char*)> write_payload) override;

 private:
  nats::Connection connection_;
  std::vector<nats::Subscription> subscriptions_;
};

}  // namespace fairlead::route
