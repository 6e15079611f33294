#include "route/direct/ticket_office.hpp"

#include <random>
#include <utility>

#include "core/strings.hpp"

namespace fairlead::route::direct {

std::string random_token() {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::random_device random;  // the kernel's, or the processor's own
  std::string token;
  for (int word = 0; word < 4; ++word) {
    std::uint32_t bits = random();
    for (int digit = 0; digit < 8; ++digit, bits >>= 4) token += kDigits[bits & 15];
  }
  return token;
}

TicketOffice::Issued TicketOffice::issue(Host& host, TimePoint now) {
  clean(now);
  while (order_.size() >= kMost) {
    tickets_.erase(order_.front());
    order_.pop_front();
  }
  Issued issued{random_token(), random_token()};
  Kept kept;
  kept.entry = {&host, issued.proof};
  kept.expires = now + kLife;
  tickets_.emplace(issued.token, std::move(kept));
  order_.push_back(issued.token);
  return issued;
}

std::variant<TicketOffice::Entry, Refusal> TicketOffice::redeem(std::string_view token,
                                                                TimePoint now) {
  if (token.empty()) return Refusal::kNoTicket;
  const auto found = tickets_.find(to_absl(token));
  if (found == tickets_.end()) return Refusal::kUnknownTicket;
  Kept& ticket = found->second;
  if (ticket.used) return Refusal::kUsedTicket;
  if (now >= ticket.expires) return Refusal::kExpiredTicket;
  ticket.used = true;
  return ticket.entry;
}

void TicketOffice::forget(const Host& host) {
  absl::erase_if(tickets_, [&host](const auto& kept) { return kept.second.entry.host == &host; });
}

void TicketOffice::clean(TimePoint now) {
  while (!order_.empty()) {
    const auto found = tickets_.find(order_.front());
    if (found != tickets_.end()) {
      if (now < found->second.expires + kLife) return;
      tickets_.erase(found);
    }
    order_.pop_front();
  }
}

}  // namespace fairlead::route::direct
