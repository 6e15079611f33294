#include "route/direct/inbound_link.hpp"

#include <utility>

#include "core/strings.hpp"
#include "route/direct/host.hpp"
#include "route/direct/listener.hpp"

namespace fairlead::route::direct {
namespace {

// Before a ticket was shown: a line that holds one, and no message at all.
constexpr wire::ParseLimits kClosedLimits{1024, 0};
constexpr std::size_t kControlLine = 4096;
// As a NATS connection: beyond it who produces much waits.
constexpr std::size_t kWritable = 256 << 10;

const char* reason_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNoTicket:
      return "no ticket was shown; ask for one over NATS";
    case Refusal::kUsedTicket:
      return "the ticket has been used already; ask for another one over NATS";
    case Refusal::kExpiredTicket:
      return "the ticket is too old; ask for another one over NATS";
    default:
      return "the ticket is not known here; ask for one over NATS";
  }
}

}  // namespace

InboundLink::InboundLink(Loop& loop, Listener& listener, bool encrypted)
    : Link(loop, LinkSession(LinkSession::Side::kService, encrypted)), listener_(listener) {
  set_limits(kClosedLimits, {kControlLine, listener_.max_payload()});
}

std::size_t InboundLink::max_reply_size() const {
  return listener_.max_payload();
}

absl::Status InboundLink::send(std::string_view peer, std::string_view header, std::size_t size,
                               absl::FunctionRef<void(char*)> write_payload) {
  if (is_closed()) return absl::UnavailableError("the caller's link has ended");
  publish(peer, "", header, size, write_payload);
  return absl::OkStatus();
}

bool InboundLink::is_writable() const {
  return is_closed() || unwritten() <= kWritable;
}

absl::StatusOr<std::unique_ptr<nats::TlsEngine>> InboundLink::make_tls() {
  return nats::TlsEngine::accept(listener_.identity(), "the caller");
}

void InboundLink::on_connect(std::string_view json) {
  if (session_.state() != LinkSession::State::kIntroducing) {
    on_invalid();
    return perform(session_.on_connect(std::string()));
  }
  const auto shown = listener_.redeem(parse_connect(json), session_.encrypted());
  if (const auto* refusal = std::get_if<Refusal>(&shown)) {
    refuse(*refusal);
    return perform(session_.on_connect(absl::UnauthenticatedError(reason_of(*refusal))));
  }
  const auto& entry = std::get<TicketOffice::Entry>(shown);
  host_ = entry.host;
  let_in_ = true;
  listener_.on_entered(*this);
  perform(session_.on_connect(entry.proof));
}

void InboundLink::on_message(const wire::Operation& message) {
  if (host_) host_->serve(*this, message);
}

void InboundLink::on_invalid() {
  refuse(Refusal::kProtocol);
}

void InboundLink::on_handshake_failed(LinkSession::State state) {
  if (handshake_is_late()) return refuse(Refusal::kSlow);
  refuse(state == LinkSession::State::kEncrypting ? Refusal::kTls : Refusal::kNoTicket);
}

void InboundLink::on_ended(const absl::Status&) {
  if (Host* const host = std::exchange(host_, nullptr)) host->forget(*this);
  if (!let_in_ && !listener_.is_closed()) refuse(Refusal::kNoTicket);
  listener_.on_ended(*this);
}

// Counts it, once for each link.
void InboundLink::refuse(Refusal refusal) {
  if (!std::exchange(refused_, true)) listener_.count(refusal);
}

}  // namespace fairlead::route::direct
