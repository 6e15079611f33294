#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/nats/connection.hpp"

#include "nats/server_error.hpp"

namespace fairlead::nats {

/// What the driver of a connection has to do next.
enum class ActionKind {
  kStartTls,     ///< Encrypt the transport.
  kSendConnect,  ///< Write CONNECT and PING: the server has introduced itself.
  kSendPing,     ///< Write PING.
  kSendPong,     ///< Write PONG.
  kOpened,       ///< The connection can be used now.
  kFlushed,      ///< The oldest flush() is done.
  kReportError,  ///< Tell the program of an error that does not end the connection: `error`.
  kReportInfo,   ///< The server has told news of itself.
  kClose,        ///< Close the transport; whoever waits gets `status`.
};

struct Action {
  ActionKind kind;
  absl::Status status = absl::OkStatus();
  ServerError error = {};
};

/// For logs and transcripts: `close UNAUTHENTICATED: Authorization Violation`.
std::string to_string(const Action& action);

/// How a session treats encryption.
enum class TlsUse {
  kIfRequired,  ///< Only if the server wants it.
  kDemanded,    ///< After INFO; a server that cannot is left.
  kFirst,       ///< Before INFO.
};

/// The life of one connection to one server, from the first byte to the last, without any I/O: it
/// is told what happened and answers what to do.
///
/// Messages do not pass through it; it sees the rare operations only.
class Session {
 public:
  enum class State { kStart, kWaitingForInfo, kEncrypting, kWaitingForPong, kOpen, kClosed };
  using Actions = std::vector<Action>;

  /// Pings left unanswered before the connection counts as lost (nats.go: 2).
  static constexpr int kMaxPingsOut = 2;

  explicit Session(TlsUse tls = TlsUse::kIfRequired) : tls_(tls) {}

  /// The transport stands.
  Actions on_connected();
  /// The transport is encrypted, or was not to be.
  Actions on_tls(const absl::Status& status);
  Actions on_info(const absl::StatusOr<ServerInfo>& info);
  Actions on_ping();
  Actions on_pong();
  /// `text` is that of -ERR, without quotes.
  Actions on_error(std::string_view text);
  /// The transport has ended or failed, or sent what is no NATS.
  Actions on_lost(const absl::Status& reason);
  /// The ping interval has passed.
  Actions on_ping_interval();
  /// The connect timeout has passed.
  Actions on_connect_timeout();
  /// The program wants everything processed that was sent so far.
  Actions on_flush();
  /// The program closes the connection.
  Actions on_close();

  State state() const { return state_; }
  bool encrypted() const { return encrypted_; }
  const ServerInfo& info() const { return info_; }

 private:
  enum class Ping { kConnect, kKeepAlive, kFlush };

  Actions close(absl::Status status);
  Actions introduce();

  TlsUse tls_;
  State state_ = State::kStart;
  bool encrypted_ = false;
  ServerInfo info_;
  std::deque<Ping> pings_;  // awaiting their PONGs, in their order
  int silent_pings_ = 0;
};

}  // namespace fairlead::nats
