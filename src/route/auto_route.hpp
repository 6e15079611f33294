#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fairlead/channel.hpp"
#include "fairlead/route_choice.hpp"

#include "route/direct/direct_route.hpp"
#include "route/local_exchange.hpp"
#include "route/nats_route.hpp"
#include "rpc/route.hpp"
#include "rpc/stream_route.hpp"

namespace fairlead::route {

/// The shortest way that is open: to a service of the same loop if it has one, else over a direct
/// link, else through NATS. Looked at anew for each call and stream, since services come and go.
class AutoRoute final : public rpc::Route, public rpc::StreamRoute {
 public:
  /// `choice` may leave some of the ways out. `control` is what the control subjects of the service
  /// start with, `calc.Calc._.`.
  AutoRoute(const Channel& channel, RouteChoice choice, std::string control);

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;
  absl::Status send(const rpc::OutgoingCall& call) override;

  absl::StatusOr<std::unique_ptr<rpc::Reception>> open(const rpc::StreamRequest& request,
                                                       rpc::FrameReceiver& receiver) override;

 private:
  // Who serves a method on this loop, as the exchange said when it had this version.
  struct Found {
    std::uint64_t version = 0;
    rpc::MethodServer* server = nullptr;
  };

  LocalExchange* exchange();
  rpc::MethodServer* find_local(const rpc::OutgoingCall& call);
  std::shared_ptr<direct::OutboundLink> find_link(std::string_view subject);
  absl::Status no_way(std::string_view subject) const;

  const RouteChoice choice_;
  const std::string control_;
  Loop& loop_;
  LocalExchange* exchange_ = nullptr;  // found at the first call, which is made on the loop
  std::vector<Found> found_;           // by the method's index
  std::optional<NatsRoute> nats_;
  std::optional<nats::Connection> connection_;  // for direct links; nothing: there are none
  std::optional<direct::DirectRoute> direct_;   // made at the first call
};

}  // namespace fairlead::route
