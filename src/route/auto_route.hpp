#pragma once

#include <optional>

#include "fairlead/channel.hpp"
#include "fairlead/route_choice.hpp"

#include "route/local_exchange.hpp"
#include "route/nats_route.hpp"
#include "route/no_sink.hpp"
#include "rpc/route.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// The shortest way that is open: to a service of the same loop if it has one, else through NATS.
/// Looked at anew for each call, since services come and go.
class AutoRoute final : public rpc::Route, public rpc::StreamRoute {
 public:
  /// `choice` may leave one of the ways out.
  AutoRoute(const Channel& channel, RouteChoice choice);

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;
  absl::Status send(const rpc::OutgoingCall& call) override;

  /// Streams go through NATS only.
  absl::StatusOr<std::unique_ptr<rpc::Reception>> open(const rpc::StreamRequest& request,
                                                       rpc::FrameReceiver& receiver) override;
  rpc::FrameSink& sink() override;

 private:
  rpc::MethodServer* find_local(const rpc::OutgoingCall& call);
  absl::Status no_way(const rpc::OutgoingCall& call) const;

  const RouteChoice choice_;
  Loop& loop_;
  LocalExchange* exchange_ = nullptr;  // found at the first call, which is made on the loop
  std::optional<NatsRoute> nats_;
  NoSink none_;
};

}  // namespace fairlead::route
