#pragma once

#include <cstddef>
#include <string_view>

namespace fairlead::route::direct {

/// Why a listener turned a connection or a message away.
enum class Refusal {
  kFull,            ///< So many links stand, or wait to be let in, as may.
  kSlow,            ///< It was not let in within the time for that.
  kTls,             ///< The TLS handshake failed.
  kProtocol,        ///< It sent what is no frame, or one that is too large.
  kNoTicket,        ///< It showed no ticket.
  kUnknownTicket,   ///< It showed a ticket that was never given out, or long ago.
  kUsedTicket,      ///< It showed one that somebody else had come in with.
  kExpiredTicket,   ///< It showed one after its time.
  kForeignSubject,  ///< A message to a subject that the service of the link does not have.
  kStopping,        ///< A call over a link whose caller did not leave when it was told to.
};

inline constexpr std::size_t kRefusals = 10;

/// As metrics have it: `unknown_ticket`.
constexpr std::string_view refusal_name(Refusal refusal) {
  constexpr std::string_view kNames[kRefusals] = {
      "full",        "slow",           "tls",
      "protocol",    "no_ticket",      "unknown_ticket",
      "used_ticket", "expired_ticket", "foreign_subject",
      "stopping"};
  return kNames[static_cast<std::size_t>(refusal)];
}

}  // namespace fairlead::route::direct
