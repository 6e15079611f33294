#include "nats/session.hpp"

#include "core/strings.hpp"
#include "nats/server_error.hpp"

namespace fairlead::nats {

std::string to_string(const Action& action) {
  std::string_view name;
  switch (action.kind) {
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
  const bool has_status =
      action.kind == ActionKind::kReportError || action.kind == ActionKind::kClose;
  if (!has_status) return std::string(name);
  return concat(name, " ", action.status.ToString(absl::StatusToStringMode::kWithNoExtraData));
}

Session::Actions Session::close(absl::Status status) {
  if (state_ == State::kClosed) return {};
  state_ = State::kClosed;
  pings_.clear();
  return {{ActionKind::kClose, std::move(status)}};
}

Session::Actions Session::on_info(const absl::StatusOr<ServerInfo>& info) {
  if (state_ == State::kClosed) return {};
  if (!info.ok()) return close(absl::UnavailableError(info.status().message()));
  info_ = *info;
  // A server repeats INFO whenever its cluster changes, and newer ones right after the first PONG.
  if (state_ != State::kWaitingForInfo) return {{ActionKind::kReportInfo}};
  state_ = State::kWaitingForPong;
  pings_.push_back(Ping::kConnect);
  return {{ActionKind::kSendConnect}};
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
  if (error.connection_survives) return {{ActionKind::kReportError, std::move(error.status)}};
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
    case State::kWaitingForInfo:
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
