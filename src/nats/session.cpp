#include "nats/session.hpp"

#include "core/strings.hpp"
#include "nats/server_error.hpp"

namespace fairlead::nats {

namespace {

constexpr const char* kSlowHandshake = "the NATS server did not finish the TLS handshake in time";

}  // namespace

std::string to_string(const Action& action) {
  std::string_view name;
  switch (action.kind) {
    case ActionKind::kStartTls:
      name = "start TLS";
      break;
    case ActionKind::kSendConnect:
      name = "send CONNECT and PING";
      break;
    case ActionKind::kSendPing:
      name = "send PING";
      break;
    case ActionKind::kSendPong:
      name = "send PONG";
      break;
    case ActionKind::kOpened:
      name = "opened";
      break;
    case ActionKind::kFlushed:
      name = "flushed";
      break;
    case ActionKind::kReportError:
      name = "report";
      break;
    case ActionKind::kReportInfo:
      name = "report info";
      break;
    case ActionKind::kClose:
      name = "close";
      break;
  }
  constexpr auto kPlain = absl::StatusToStringMode::kWithNoExtraData;
  if (action.kind == ActionKind::kReportError) {
    return concat(name, " ", action.error.status.ToString(kPlain));
  }
  if (action.kind == ActionKind::kClose) return concat(name, " ", action.status.ToString(kPlain));
  return std::string(name);
}

Session::Actions Session::close(absl::Status status) {
  if (state_ == State::kClosed) return {};
  state_ = State::kClosed;
  pings_.clear();
  return {{ActionKind::kClose, std::move(status)}};
}

Session::Actions Session::introduce() {
  state_ = State::kWaitingForPong;
  pings_.push_back(Ping::kConnect);
  return {{ActionKind::kSendConnect}};
}

Session::Actions Session::on_connected() {
  if (state_ != State::kStart) return {};
  state_ = State::kWaitingForInfo;
  if (tls_ == TlsUse::kFirst) return {{ActionKind::kStartTls}};
  return {};
}

Session::Actions Session::on_tls(const absl::Status& status) {
  if (state_ == State::kClosed) return {};
  if (!status.ok()) return close(status);
  encrypted_ = true;
  return state_ == State::kEncrypting ? introduce() : Actions();
}

Session::Actions Session::on_info(const absl::StatusOr<ServerInfo>& info) {
  if (state_ == State::kClosed) return {};
  if (!info.ok()) return close(absl::UnavailableError(info.status().message()));
  info_ = *info;
  // A server repeats INFO whenever its cluster changes, and newer ones right after the first PONG.
  if (state_ != State::kWaitingForInfo) return {{ActionKind::kReportInfo}};
  if (encrypted_) return introduce();
  const bool demanded = tls_ == TlsUse::kDemanded;
  if (info_.tls_required || (demanded && info_.tls_available)) {
    state_ = State::kEncrypting;
    return {{ActionKind::kStartTls}};
  }
  if (demanded) {
    return close(absl::FailedPreconditionError(
        "TLS is demanded (by tls:// or options) and this server offers none"));
  }
  return introduce();
}

Session::Actions Session::on_ping() {
  if (state_ == State::kClosed) return {};
  return {{ActionKind::kSendPong}};
}

Session::Actions Session::on_pong() {
  silent_pings_ = 0;
  if (pings_.empty()) return {};
  const Ping ping = pings_.front();
  pings_.pop_front();
  if (ping == Ping::kFlush) return {{ActionKind::kFlushed}};
  if (ping == Ping::kConnect) {
    state_ = State::kOpen;
    return {{ActionKind::kOpened}};
  }
  return {};
}

Session::Actions Session::on_error(std::string_view text) {
  if (state_ == State::kClosed) return {};
  ServerError error = classify_server_error(text);
  if (error.connection_survives) {
    return {{ActionKind::kReportError, absl::OkStatus(), std::move(error)}};
  }
  return close(std::move(error.status));
}

Session::Actions Session::on_lost(const absl::Status& reason) {
  return close(reason);
}

Session::Actions Session::on_ping_interval() {
  if (state_ != State::kOpen) return {};
  if (silent_pings_ == kMaxPingsOut) {
    return close(absl::UnavailableError("the NATS server does not answer PING (stale connection)"));
  }
  ++silent_pings_;
  pings_.push_back(Ping::kKeepAlive);
  return {{ActionKind::kSendPing}};
}

Session::Actions Session::on_connect_timeout() {
  switch (state_) {
    case State::kStart:
      return close(absl::UnavailableError("connecting took too long"));
    case State::kEncrypting:
      return close(absl::UnavailableError(kSlowHandshake));
    case State::kWaitingForInfo:
      if (tls_ == TlsUse::kFirst && !encrypted_) {
        return close(absl::UnavailableError(kSlowHandshake));
      }
      return close(
          absl::UnavailableError("connected, but no INFO came in time: is it a NATS server?"));
    case State::kWaitingForPong:
      return close(absl::UnavailableError("the NATS server did not answer CONNECT in time"));
    case State::kOpen:
    case State::kClosed:
      return {};
  }
  return {};
}

Session::Actions Session::on_flush() {
  if (state_ != State::kOpen) return {};
  pings_.push_back(Ping::kFlush);
  return {{ActionKind::kSendPing}};
}

Session::Actions Session::on_close() {
  return close(absl::OkStatus());
}

}  // namespace fairlead::nats
