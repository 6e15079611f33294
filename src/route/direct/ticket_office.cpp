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
    drop_oldest();
  }
  Issued issued{random_token(), random_token(), random_token()};
  const auto kept = std::make_shared<Kept>();
  kept->entry = {&host, issued.proof};
  kept->expires = now + kLife;
  tickets_.emplace(issued.token, Shown{kept, true});
  tickets_.emplace(issued.socket_token, Shown{kept, false});
  order_.push_back(issued);
  return issued;
}

void TicketOffice::drop_oldest() {
  tickets_.erase(order_.front().token);
  tickets_.erase(order_.front().socket_token);
  order_.pop_front();
}

std::variant<TicketOffice::Entry, Refusal> TicketOffice::redeem(std::string_view token,
                                                                bool encrypted, TimePoint now) {
  if (token.empty()) return Refusal::kNoTicket;
  const auto found = tickets_.find(to_absl(token));
  if (found == tickets_.end() || found->second.encrypted != encrypted) {
    return Refusal::kUnknownTicket;
  }
  Kept& ticket = *found->second.ticket;
  if (ticket.used) return Refusal::kUsedTicket;
  if (now >= ticket.expires) return Refusal::kExpiredTicket;
  ticket.used = true;
  return ticket.entry;
}

void TicketOffice::forget(const Host& host) {
  absl::erase_if(tickets_,
                 [&host](const auto& kept) { return kept.second.ticket->entry.host == &host; });
}

void TicketOffice::clean(TimePoint now) {
  while (!order_.empty()) {
    const auto found = tickets_.find(order_.front().token);
    if (found != tickets_.end() && now < found->second.ticket->expires + kLife) return;
    drop_oldest();
  }
}

}  // namespace fairlead::route::direct
