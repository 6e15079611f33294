#include "route/direct/outbound_link.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "nats/nuid.hpp"

namespace fairlead::route::direct {
namespace {

constexpr wire::ParseLimits kClosedLimits{4096, 0};
constexpr std::size_t kControlLine = 4096;

void serialize(const rpc::OutgoingCall& call, char* to) {
  call.request->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to));
}

}  // namespace

OutboundLink::OutboundLink(Loop& loop, LinkOwner& owner, const Ticket& ticket, bool encrypted,
                           std::size_t max_payload)
    : Link(loop, LinkSession(LinkSession::Side::kCaller, encrypted, ticket.proof)),
      owner_(owner),
      ticket_(ticket),
      max_payload_(std::min(max_payload, ticket.max_payload)),
      requests_(concat("_DIRECT.", nats::new_nuid())) {
  set_limits(kClosedLimits, {kControlLine, wire::ParseLimits().message});
}

absl::StatusOr<std::unique_ptr<nats::TlsEngine>> OutboundLink::make_tls() {
  return nats::TlsEngine::create_pinned(ticket_.certificate, "the instance");
}

std::uint64_t OutboundLink::start(nats::PendingRequest& pending, std::string_view subject,
                                  Deadline deadline, std::string_view header, std::size_t size,
                                  absl::FunctionRef<void(char*)> write_payload) {
  const std::uint64_t place = made();
  const std::string_view reply = requests_.open(pending, subject);
  loop_.core().arm(pending, deadline);
  publish(subject, reply, header, size, write_payload);
  return place;
}

std::uint64_t OutboundLink::start(nats::PendingRequest& pending, const rpc::OutgoingCall& call,
                                  std::string_view header) {
  return start(pending, call.subject, call.deadline, header, call.size,
               [&call](char* to) { serialize(call, to); });
}

absl::Status OutboundLink::send(std::string_view peer, std::string_view header, std::size_t size,
                                absl::FunctionRef<void(char*)> write_payload) {
  if (is_closed()) return reason_;
  publish(peer, "", header, size, write_payload);
  return absl::OkStatus();
}

void OutboundLink::send(const rpc::OutgoingCall& call, std::string_view header) {
  publish(call.subject, "", header, call.size, [&call](char* to) { serialize(call, to); });
}

void OutboundLink::cancel(const nats::PendingRequest& pending, const rpc::OutgoingCall& call) {
  if (is_closed() || call.cancel_subject.empty()) return;
  const std::string inbox(requests_.reply_of(pending));
  publish(call.cancel_subject, "", "", inbox.size(),
          [&inbox](char* to) { std::memcpy(to, inbox.data(), inbox.size()); });
}

void OutboundLink::on_message(const wire::Operation& operation) {
  nats::MessageView message;
  message.subject = operation.subject;
  message.reply = operation.reply;
  message.header = operation.header;
  message.payload = operation.payload;
  requests_.deliver(message);  // nobody may wait for it any more
  leave_if_done();
}

void OutboundLink::on_leaving() {
  owner_.on_link_leaving(*this);
  leave_if_done();
}

// Of an instance that is about to stop; calls that wait are answered before.
void OutboundLink::leave_if_done() {
  if (session_.state() != LinkSession::State::kLeaving || in_flight() > 0) return;
  close(absl::UnavailableError("the instance is stopping"));
}

void OutboundLink::on_ended(const absl::Status& reason) {
  reason_ = absl::UnavailableError(
      concat("the direct link to instance ", instance(), " has ended: ", message_of(reason)));
  owner_.on_link_ended(*this);
  settled_.wake_all();
  requests_.fail_all(reason_);
}

Task<void> OutboundLink::settled() {
  while (!is_open() && !is_closed() && session_.state() != LinkSession::State::kLeaving) {
    const bool woken = co_await settled_.wait(loop_.core());
    static_cast<void>(woken);
  }
}

bool OutboundLink::lacks(std::string_view subject) const {
  return std::find(lacking_.begin(), lacking_.end(), subject) != lacking_.end();
}

void OutboundLink::set_lacks(std::string_view subject) {
  if (!lacks(subject)) lacking_.emplace_back(subject);
}

}  // namespace fairlead::route::direct
