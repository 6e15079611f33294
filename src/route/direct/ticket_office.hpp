#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
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
    std::string token;
    std::string proof;
  };
  /// Whom a ticket lets in where.
  struct Entry {
    Host* host = nullptr;
    std::string proof;
  };

  Issued issue(Host& host, TimePoint now);

  /// The ticket of `token` is shown: where it leads, or why it does not. It is used up.
  std::variant<Entry, Refusal> redeem(std::string_view token, TimePoint now);

  /// Voids the tickets of a service that goes.
  void forget(const Host& host);

  std::size_t size() const { return tickets_.size(); }

 private:
  struct Kept {
    Entry entry;
    TimePoint expires;
    bool used = false;
  };

  // Those long over are forgotten; a while they are kept, to say why they are refused.
  void clean(TimePoint now);

  absl::flat_hash_map<std::string, Kept> tickets_;
  std::deque<std::string> order_;  // the oldest first
};

/// 128 random bits from the system, in hexadecimal digits.
std::string random_token();

}  // namespace fairlead::route::direct
