#include "route/direct/link_session.hpp"

#include <utility>

#include "core/strings.hpp"

namespace fairlead::route::direct {

std::string to_string(const LinkStep& step) {
  static constexpr const char* kNames[] = {"start TLS", "send CONNECT", "send INFO", "send goodbye",
                                           "send PING", "send PONG",    "send -ERR", "opened",
                                           "leaving",   "hang up",      "close"};
  const char* const name = kNames[static_cast<std::size_t>(step.action)];
  return step.status.ok() ? name : concat(name, " ", step.status.ToString());
}

LinkSession::Steps LinkSession::on_connected() {
  if (closed()) return {};
  if (!encrypted_) return introduce();
  state_ = State::kEncrypting;
  return {{LinkAction::kStartTls}};
}

LinkSession::Steps LinkSession::on_tls(const absl::Status& status) {
  if (closed()) return {};
  return status.ok() ? introduce() : close(status);
}

LinkSession::Steps LinkSession::introduce() {
  state_ = State::kIntroducing;
  if (side_ == Side::kService) return {};
  return {{LinkAction::kSendConnect}};
}

LinkSession::Steps LinkSession::on_connect(const absl::StatusOr<std::string>& admitted) {
  if (closed() || state_ == State::kHangingUp) return {};
  if (side_ == Side::kCaller || state_ != State::kIntroducing) {
    return refuse(absl::FailedPreconditionError("CONNECT comes once, and first"));
  }
  if (!admitted.ok()) return refuse(admitted.status());
  proof_ = *admitted;
  state_ = State::kOpen;
  return {{LinkAction::kSendInfo}, {LinkAction::kOpened}};
}

LinkSession::Steps LinkSession::on_info(const absl::StatusOr<LinkInfo>& info) {
  if (closed() || state_ == State::kHangingUp) return {};
  if (side_ == Side::kService) {
    return refuse(absl::FailedPreconditionError("a caller does not send INFO"));
  }
  if (!info.ok())
    return close(
        absl::UnavailableError(concat("the instance sent an INFO that "
                                      "cannot be read: ",
                                      message_of(info.status()))));
  // Who listens here now need not be who gave out the ticket.
  if (info->proof != proof_) {
    return close(absl::UnauthenticatedError("who listens there is not the instance of the ticket"));
  }
  Steps steps;
  if (state_ == State::kIntroducing) {
    state_ = State::kOpen;
    steps.push_back({LinkAction::kOpened});
  }
  if (info->leaving && state_ == State::kOpen) {
    state_ = State::kLeaving;
    steps.push_back({LinkAction::kLeaving});
  }
  return steps;
}

LinkSession::Steps LinkSession::on_message() {
  if (closed() || state_ == State::kHangingUp) return {};
  if (!opening()) return {};
  return refuse(absl::UnauthenticatedError("a message came before the ticket"));
}

LinkSession::Steps LinkSession::on_ping() {
  if (closed() || state_ == State::kHangingUp) return {};
  if (opening()) return refuse(absl::UnauthenticatedError("a PING came before the ticket"));
  return {{LinkAction::kSendPong}};
}

LinkSession::Steps LinkSession::on_error(const std::string& text) {
  if (closed()) return {};
  return close(absl::UnavailableError(concat(peer(), " ended the link: ", text)));
}

LinkSession::Steps LinkSession::on_invalid(const std::string& reason) {
  if (closed() || state_ == State::kHangingUp) return {};
  return refuse(absl::InvalidArgumentError(reason));
}

LinkSession::Steps LinkSession::on_tick(bool heard, bool busy) {
  if (closed() || opening() || state_ == State::kHangingUp) return {};
  if (heard) {
    silence_ = 0;
    pinged_ = false;
    return {};
  }
  ++silence_;
  if (pinged_) {
    if (silence_ < kPatience) return {};
    return close(absl::UnavailableError(concat(peer(), " has fallen silent")));
  }
  if (silence_ < (busy ? kSilenceBusy : kSilenceIdle)) return {};
  silence_ = 0;
  pinged_ = true;
  return {{LinkAction::kSendPing}};
}

LinkSession::Steps LinkSession::on_handshake_timeout() {
  if (closed() || !opening()) return {};
  return close(absl::DeadlineExceededError(concat(peer(), " did not open the link in time")));
}

LinkSession::Steps LinkSession::on_stop() {
  if (state_ != State::kOpen) return {};
  state_ = State::kLeaving;
  return {{LinkAction::kSendGoodbye}};
}

LinkSession::Steps LinkSession::on_close(const absl::Status& reason) {
  return close(reason);
}

LinkSession::Steps LinkSession::on_lost(const absl::Status& reason) {
  return close(reason);
}

// The peer is told why, as well as it can be.
LinkSession::Steps LinkSession::refuse(absl::Status status) {
  state_ = State::kHangingUp;
  return {{LinkAction::kSendError, status}, {LinkAction::kHangUp, status}};
}

LinkSession::Steps LinkSession::close(absl::Status status) {
  if (closed()) return {};
  state_ = State::kClosed;
  return {{LinkAction::kClose, std::move(status)}};
}

}  // namespace fairlead::route::direct
