#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

#include <absl/container/flat_hash_map.h>

#include "fairlead/deadline.hpp"

#include "route/direct/refusal.hpp"

namespace fairlead::route::direct {

class Host;

/// The tickets of a listener: each lets one link in, once, to the service that gave it out. Told of
/// time; without any I/O.
class TicketOffice {
 public:
  using TimePoint = Deadline::TimePoint;

  /// How long a ticket holds.
  static constexpr std::chrono::seconds kLife{30};
  /// Tickets that may be out at once; who asks for more makes the oldest void.
  static constexpr std::size_t kMost = 10'000;

  /// What a ticket consists of: 128 random bits each, in hexadecimal digits.
  struct Issued {
    std::string token;         // over TLS
    std::string socket_token;  // over a unix socket: whoever listens there gets to see it
    std::string proof;
  };
  /// Whom a ticket lets in where.
  struct Entry {
    Host* host = nullptr;
    std::string proof;
  };

  Issued issue(Host& host, TimePoint now);

  /// The ticket of `token` is shown, over TLS or a unix socket: where it leads, or why it does not.
  /// It is used up. The token for one kind of door is unknown at the other.
  std::variant<Entry, Refusal> redeem(std::string_view token, bool encrypted, TimePoint now);

  /// Voids the tickets of a service that goes.
  void forget(const Host& host);

  std::size_t size() const { return tickets_.size() / 2; }

 private:
  struct Kept {
    Entry entry;
    TimePoint expires;
    bool used = false;
  };
  struct Shown {
    std::shared_ptr<Kept> ticket;
    bool encrypted = false;
  };

  // Those long over are forgotten; a while they are kept, to say why they are refused.
  void clean(TimePoint now);
  void drop_oldest();

  absl::flat_hash_map<std::string, Shown> tickets_;  // by each of their two tokens
  std::deque<Issued> order_;                         // the oldest first
};

/// 128 random bits from the system, in hexadecimal digits.
std::string random_token();

}  // namespace fairlead::route::direct
