#pragma once

#include <memory>
#include <string>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connection.hpp"

#include "route/direct/outbound_link.hpp"
#include "route/direct/pool.hpp"
#include "route/nats_route.hpp"
#include "rpc/route.hpp"

namespace fairlead::route::direct {

/// The way over links straight to the instances of one service.
///
/// A call whose link ends before anything of it was sent takes another way, and so does one whose
/// method is idempotent; others end with UNAVAILABLE, because they may have run.
class DirectRoute {
 public:
  /// `control` is what the control subjects of the service start with, `calc.Calc._.`. `other` is
  /// the way of calls for which there is no link; null: they have none, and wait until there is
  /// one.
  DirectRoute(Loop& loop, const nats::Connection& connection, const std::string& control,
              NatsRoute* other);

  /// A link for a call or stream; null: there is none now. It says that calls are made in any case.
  std::shared_ptr<OutboundLink> pick(std::string_view subject) {
    pool_->use(strict());
    return pool_->pick(subject, strict());
  }

  /// Makes a call over `link`, which may be null.
  Task<absl::Status> call(std::shared_ptr<OutboundLink> link, const rpc::OutgoingCall& call,
                          rpc::ReplyReader& reader);

  /// Opens a stream over `link`, which may be null.
  absl::StatusOr<std::unique_ptr<rpc::Reception>> open(std::shared_ptr<OutboundLink> link,
                                                       const rpc::StreamRequest& request,
                                                       rpc::FrameReceiver& receiver);

 private:
  struct Outcome;

  bool strict() const { return other_ == nullptr; }
  Task<void> call_once(OutboundLink& link, const rpc::OutgoingCall& call, rpc::ReplyReader& reader,
                       Outcome& outcome);

  const std::shared_ptr<Pool> pool_;
  NatsRoute* const other_;
};

}  // namespace fairlead::route::direct
