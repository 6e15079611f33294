#pragma once

#include <cstddef>
#include <deque>
#include <memory>

#include "fairlead/nats/connection.hpp"

#include "route/nats_call.hpp"
#include "route/nats_sink.hpp"
#include "rpc/route.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// The way through the broker: any instance that is subscribed answers.
class NatsRoute final : public rpc::Route, public rpc::StreamRoute {
 public:
  explicit NatsRoute(nats::Connection connection)
      : connection_(std::move(connection)), sink_(std::make_shared<NatsSink>(connection_)) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;
  absl::Status send(const rpc::OutgoingCall& call) override;

  absl::StatusOr<std::unique_ptr<rpc::Reception>> open(const rpc::StreamRequest& request,
                                                       rpc::FrameReceiver& receiver) override;

 private:
  NumberEcho& echo_of(std::size_t method);
  /// Makes an idempotent call again whose reply is in doubt.
  Task<absl::Status> call_again(const rpc::OutgoingCall& call, rpc::ReplyReader& reader);

  nats::Connection connection_;
  std::shared_ptr<NatsSink> sink_;
  std::deque<NumberEcho> echoes_;  // by method; calls refer to them
};

}  // namespace fairlead::route
