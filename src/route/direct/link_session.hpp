#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "route/direct/ticket.hpp"

namespace fairlead::route::direct {

/// What the driver of a link has to do next.
enum class LinkAction {
  kStartTls,     ///< Encrypt the transport.
  kSendConnect,  ///< Write CONNECT with the ticket.
  kSendInfo,     ///< Write INFO with the proof.
  kSendGoodbye,  ///< Write INFO that says that the instance is about to stop.
  kSendPing,     ///< Write PING.
  kSendPong,     ///< Write PONG.
  kSendError,    ///< Write -ERR with the text of `status`.
  kOpened,       ///< Messages may pass from now on.
  kLeaving,      ///< The instance is about to stop: no new calls.
  kHangUp,       ///< Close the transport once what waits has been written; `status` says why.
  kClose,        ///< Close the transport; whoever waits gets `status`.
};

struct LinkStep {
  LinkAction action;
  absl::Status status = absl::OkStatus();
};

/// For transcripts: `close UNAVAILABLE: …`.
std::string to_string(const LinkStep& step);

/// The life of one direct link, for both of its sides, from the first byte to the last, without any
/// I/O: it is told what happened and answers what to do. Messages do not pass through it.
///
/// The caller encrypts (TCP only), shows its ticket in CONNECT, and checks what the instance proves
/// itself with in INFO. From then on either side sends messages and PINGs.
class LinkSession {
 public:
  enum class Side { kCaller, kService };
  enum class State { kStart, kEncrypting, kIntroducing, kOpen, kLeaving, kHangingUp, kClosed };
  using Steps = std::vector<LinkStep>;

  /// How long it may take from the first byte until the link is open.
  static constexpr std::chrono::seconds kHandshakeTime{5};
  /// How often on_tick() is called.
  static constexpr std::chrono::seconds kTick{1};
  /// Ticks in silence after which a PING goes out: while calls wait, and else.
  static constexpr int kSilenceBusy = 1;
  static constexpr int kSilenceIdle = 10;
  /// Ticks after a PING in silence after which the peer is given up.
  static constexpr int kPatience = 2;

  /// The proof is what a caller expects, and what a service gets with on_connect().
  LinkSession(Side side, bool encrypted, std::string proof = "")
      : side_(side), encrypted_(encrypted), proof_(std::move(proof)) {}

  /// The transport stands.
  Steps on_connected();
  /// The transport is encrypted, or was not to be.
  Steps on_tls(const absl::Status& status);
  /// CONNECT came, and its ticket lets in (the proof to send back), or not (why).
  Steps on_connect(const absl::StatusOr<std::string>& admitted);
  Steps on_info(const absl::StatusOr<LinkInfo>& info);
  /// A message came. Empty: it may pass.
  Steps on_message();
  Steps on_ping();
  /// `text` is that of -ERR.
  Steps on_error(const std::string& text);
  /// What came is no frame, or one that is too large.
  Steps on_invalid(const std::string& reason);
  /// A tick has passed in which something was heard, or nothing. `busy`: calls wait for answers.
  Steps on_tick(bool heard, bool busy);
  Steps on_handshake_timeout();
  /// The instance is about to stop.
  Steps on_stop();
  /// This side ends it, with `reason` for who waits.
  Steps on_close(const absl::Status& reason);
  /// The transport has ended or failed.
  Steps on_lost(const absl::Status& reason);

  State state() const { return state_; }
  Side side() const { return side_; }
  bool encrypted() const { return encrypted_; }
  const std::string& proof() const { return proof_; }
  bool closed() const { return state_ == State::kClosed; }

 private:
  bool opening() const { return state_ < State::kOpen; }
  Steps introduce();
  Steps refuse(absl::Status status);
  Steps close(absl::Status status);
  const char* peer() const { return side_ == Side::kCaller ? "the instance" : "the caller"; }

  const Side side_;
  const bool encrypted_;
  std::string proof_;
  State state_ = State::kStart;
  int silence_ = 0;      // ticks
  bool pinged_ = false;  // in this silence
};

}  // namespace fairlead::route::direct
