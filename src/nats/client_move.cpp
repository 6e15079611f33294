// How a connection gets from one link to another: after a loss, or away from a server that is about
// to stop.
#include <algorithm>

#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/outcome.hpp"
#include "wire/writer.hpp"

namespace fairlead::nats {
namespace {

// How long the link to a server that is about to stop is kept for the replies that still come
// through it, once nothing else does. The server itself waits at least 10 s.
constexpr auto kLeavingTime = std::chrono::seconds(5);

// How long queue groups are joined at both servers. Those of a cluster tell each other who listens
// over links that may be slow, and nobody says when all have heard: one that heard first of who
// left would say that nobody is there, or drop a reply.
constexpr auto kOverlap = std::chrono::milliseconds(250);

absl::Status lost_request(const absl::Status& reason) {
  return maybe_executed(absl::UnavailableError(
      concat("the connection to NATS was lost before the reply; the request may have been "
             "executed: ",
             message_of(reason))));
}

}  // namespace

/// What was at a server that is left.
struct Client::Departure {
  std::shared_ptr<Link> from;
  std::shared_ptr<Link> to;
  std::vector<RequestMux::Ticket> requests;  // that wait
  std::uint64_t subscriptions_end;           // those before this number
  std::uint64_t published;                   // as many messages
};

void Client::adopt(std::shared_ptr<Link> link, TaskScope& tasks) {
  pool_.on_connected();
  pool_.on_servers(link->info().connect_urls);
  loss_.reset();
  moving_ = false;
  info_ = link->info();
  inbox_refused_ = absl::OkStatus();
  const auto old_link = std::exchange(link_, link);
  moved_.wake_all();  // before there is another that is left

  ByteBuffer& output = link->output();
  if (old_link) requests_.begin_overlap();  // ended by leave()
  if (inbox_wanted_) {
    wire::append_subscribe(output, requests_.wildcard(), "", SubscriptionTable::kInbox);
  }
  const std::uint64_t end = subscriptions_.next();
  subscriptions_.restore(output, SubscriptionTable::Which::kQueueGroups, end);
  if (old_link) {
    leaving_ = old_link;
    tasks.spawn(leave(Departure{old_link, link, requests_.tickets(), end, published_}));
  } else {
    subscriptions_.restore(output, SubscriptionTable::Which::kPlain, end);
  }
  const AwayBuffer::TooLarge too_large = away_.send(output, requests_, info_.max_payload);
  link->wake_writer();

  if (was_open_) ++statistics_.reconnects;
  emit(Event(was_open_ ? EventKind::kReconnected : EventKind::kConnected, link->server().display(),
             absl::OkStatus()));
  was_open_ = true;
  opened_.wake_all();
  writable_.wake_all();
  refuse(too_large, link->server().display());
}

// What was kept under the limit of another server.
void Client::refuse(const AwayBuffer::TooLarge& kept, const std::string& server) {
  const absl::Status status = absl::ResourceExhaustedError(
      concat("a message that was kept while there was no connection is too large for this NATS "
             "server, which takes ",
             info_.max_payload, " bytes at most (max_payload); it was not sent"));
  for (const RequestMux::Ticket ticket : kept.requests) requests_.fail(ticket, status);
  for (const std::string& subject : kept.subjects) {
    emit(Event(EventKind::kError, server, status, subject));
  }
}

// Both links stand. Queue groups are joined on the new one before they are left on the old one, so
// that no request finds nobody; of plain subscriptions both would get each message, so they are
// left first. Replies may come through either: the first one counts.
Task<void> Client::leave(Departure departure) {
  const std::shared_ptr<Link> old_link = departure.from;
  const std::shared_ptr<Link> new_link = departure.to;
  const absl::Status joined = co_await new_link->flush(Deadline::after(kLeavingTime));
  if (joined.ok()) {
    co_await linger(*old_link, new_link.get(), kOverlap);
    subscriptions_.leave(old_link->output());
    old_link->wake_writer();
  }
  const absl::Status taken = co_await old_link->flush(Deadline::after(kLeavingTime));
  if (new_link->is_open() && new_link == link_) {
    subscriptions_.restore(new_link->output(), SubscriptionTable::Which::kPlain,
                           departure.subscriptions_end);
    new_link->wake_writer();
  }
  co_await linger(*old_link, nullptr, kLeavingTime);
  const absl::Status broken = old_link->reason();
  old_link->close();
  requests_.end_overlap();
  if (leaving_ == old_link) leaving_.reset();
  if (!taken.ok() && !ended_) abandon(departure, broken.ok() ? taken : broken);
}

// Waits while the link that is left stands and, where that matters, the other one is in use.
Task<void> Client::linger(const Link& from, const Link* to, Deadline::Duration time) {
  const Deadline end = Deadline::after(time);
  while (!ended_ && !from.is_closed() && (!to || link_.get() == to) && !end.passed()) {
    const bool woken = co_await moved_.wait(loop_.core(), end);
    static_cast<void>(woken);
  }
}

// Nobody knows whether the server that was left has taken what was sent to it.
void Client::abandon(const Departure& departure, const absl::Status& reason) {
  lost_ = std::max(lost_, departure.published);
  for (const RequestMux::Ticket ticket : departure.requests) {
    requests_.fail(ticket, lost_request(reason));
  }
  for (const auto& subscription : subscriptions_.asking()) {
    if (subscription->id >= departure.subscriptions_end) break;
    end_subscription(*subscription, lost_request(reason));
  }
}

void Client::lose(const Link& link) {
  if (ended_) return;
  loss_ = Loss{link.reason(), link.refused()};
  moving_ = false;
  const std::string server = link.server().display();
  const absl::Status reason = loss_->reason;
  link_.reset();
  lost_ = published_;
  // Before the event, whose readers may send requests, which are kept.
  requests_.fail_all(lost_request(reason));
  for (const auto& subscription : subscriptions_.asking()) {
    end_subscription(*subscription, lost_request(reason));
  }
  for (const auto& subscription : subscriptions_.all()) subscription->interrupt(reason);
  emit(Event(EventKind::kDisconnected, server, reason));
  writable_.wake_all();
}

}  // namespace fairlead::nats
