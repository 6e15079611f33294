#pragma once

#include "fairlead/nats/connection.hpp"

#include "rpc/route.hpp"

namespace fairlead::route {

/// The way through the broker: any instance that is subscribed answers.
class NatsRoute final : public rpc::Route {
 public:
  explicit NatsRoute(nats::Connection connection) : connection_(std::move(connection)) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;
  absl::Status send(const rpc::OutgoingCall& call) override;

 private:
  nats::Connection connection_;
};

}  // namespace fairlead::route
