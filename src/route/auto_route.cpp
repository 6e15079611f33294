#include "route/auto_route.hpp"

#include "core/strings.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/request_header.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route {
namespace {

Task<absl::Status> fail(absl::Status status) {
  co_return status;
}

}  // namespace

AutoRoute::AutoRoute(const Channel& channel, RouteChoice choice, std::string control)
    : choice_(choice), control_(std::move(control)), loop_(channel.loop()) {
  if (choice == RouteChoice::kLocal || !channel.connection()) return;
  nats_.emplace(*channel.connection());
  if (choice != RouteChoice::kNats) connection_ = channel.connection();
}

// Null: it is not to be used.
LocalExchange* AutoRoute::exchange() {
  if (choice_ == RouteChoice::kNats || choice_ == RouteChoice::kDirect) return nullptr;
  if (!exchange_) exchange_ = &loop_.core().resource<LocalExchange>();
  return exchange_;
}

rpc::MethodServer* AutoRoute::find_local(const rpc::OutgoingCall& call) {
  if (!exchange()) return nullptr;
  if (call.method >= found_.size()) found_.resize(call.method + 1);
  Found& found = found_[call.method];
  if (found.version != exchange_->version()) {
    found = {exchange_->version(), exchange_->find(call.subject)};
  }
  rpc::MethodServer* const server = found.server;
  if (call.measured) {
    call.measured->set_route(server ? rpc::RouteKind::kLocal : rpc::RouteKind::kNats);
  }
  return server;
}

std::shared_ptr<direct::OutboundLink> AutoRoute::find_link(std::string_view subject) {
  if (!connection_) return nullptr;
  if (!direct_) {
    NatsRoute* const other = choice_ == RouteChoice::kDirect ? nullptr : &*nats_;
    direct_.emplace(loop_, *connection_, control_, other);
  }
  return direct_->pick(subject);
}

Task<absl::Status> AutoRoute::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (rpc::MethodServer* server = find_local(call)) return exchange_->call(*server, call, reader);
  auto link = find_link(call.subject);
  if (link || (direct_ && choice_ == RouteChoice::kDirect)) {
    return direct_->call(std::move(link), call, reader);
  }
  if (nats_) return nats_->call(call, reader);
  return fail(no_way(call.subject));
}

absl::Status AutoRoute::send(const rpc::OutgoingCall& call) {
  if (rpc::MethodServer* server = find_local(call)) {
    exchange_->send(*server, call);
    return absl::OkStatus();
  }
  if (const auto link = find_link(call.subject)) {
    const rpc::RequestHeader header(call);
    if (header.block().size() + call.size <= link->max_payload()) {
      if (call.measured) call.measured->set_route(rpc::RouteKind::kDirect);
      link->send(call, header.block());
      return absl::OkStatus();
    }
  }
  // Nothing waits for a link on behalf of a call that waits for nothing.
  if (nats_) return nats_->send(call);
  return no_way(call.subject);
}

absl::StatusOr<std::unique_ptr<rpc::Reception>> AutoRoute::open(const rpc::StreamRequest& request,
                                                                rpc::FrameReceiver& receiver) {
  if (exchange()) {
    rpc::StreamServer* const server = exchange_->find_stream(request.subject);
    if (server) return exchange_->open(*server, request, receiver);
  }
  auto link = find_link(request.subject);
  if (link || (direct_ && choice_ == RouteChoice::kDirect)) {
    return direct_->open(std::move(link), request, receiver);
  }
  if (nats_) return nats_->open(request, receiver);
  return no_way(request.subject);
}

absl::Status AutoRoute::no_way(std::string_view subject) const {
  const std::string_view service = subject.substr(0, subject.rfind('.'));
  absl::Status status;
  if (choice_ == RouteChoice::kNats || choice_ == RouteChoice::kDirect) {
    const char* const name = choice_ == RouteChoice::kNats ? "nats" : "direct";
    status =
        absl::FailedPreconditionError(concat("the route to ", service, " is to be ", name,
                                             ", but the client was made without a connection"));
  } else {
    status = absl::UnavailableError(concat(
        "no instance of ", service, " is hosted on this loop, and no other route may be used"));
  }
  rpc::mark_never_ran(status);
  return status;
}

}  // namespace fairlead::route
