#include "route/auto_route.hpp"

#include "core/strings.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route {
namespace {

Task<absl::Status> fail(absl::Status status) {
  co_return status;
}

}  // namespace

AutoRoute::AutoRoute(const Channel& channel, RouteChoice choice)
    : choice_(choice), loop_(channel.loop()) {
  if (choice != RouteChoice::kLocal && channel.connection()) nats_.emplace(*channel.connection());
}

rpc::MethodServer* AutoRoute::find_local(const rpc::OutgoingCall& call) {
  if (choice_ == RouteChoice::kNats) return nullptr;
  if (!exchange_) exchange_ = &loop_.core().resource<LocalExchange>();
  rpc::MethodServer* server = exchange_->find(call.subject);
  if (call.measured) {
    call.measured->set_route(server ? rpc::RouteKind::kLocal : rpc::RouteKind::kNats);
  }
  return server;
}

Task<absl::Status> AutoRoute::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (rpc::MethodServer* server = find_local(call)) return exchange_->call(*server, call, reader);
  if (nats_) return nats_->call(call, reader);
  absl::Status status = no_way(call);
  rpc::mark_never_ran(status);
  return fail(std::move(status));
}

absl::Status AutoRoute::send(const rpc::OutgoingCall& call) {
  if (rpc::MethodServer* server = find_local(call)) {
    exchange_->send(*server, call);
    return absl::OkStatus();
  }
  if (nats_) return nats_->send(call);
  return no_way(call);
}

absl::StatusOr<std::unique_ptr<rpc::Reception>> AutoRoute::open(const rpc::StreamRequest& request,
                                                                rpc::FrameReceiver& receiver) {
  if (nats_) return nats_->open(request, receiver);
  const std::string_view service = request.subject.substr(0, request.subject.rfind('.'));
  return absl::FailedPreconditionError(
      concat("a stream to ", service, " goes through NATS, but the client has no such route"));
}

rpc::FrameSink& AutoRoute::sink() {
  if (nats_) return nats_->sink();
  return none_;
}

absl::Status AutoRoute::no_way(const rpc::OutgoingCall& call) const {
  const std::string_view service = call.subject.substr(0, call.subject.rfind('.'));
  if (choice_ == RouteChoice::kNats) {
    return absl::FailedPreconditionError(concat(
        "the route to ", service, " is to be nats, but the client was made without a connection"));
  }
  return absl::UnavailableError(concat("no instance of ", service,
                                       " is hosted on this loop, and no other route may be used"));
}

}  // namespace fairlead::route
