// What a program does with a connection: publish, request, subscribe, flush, drain.
#include "nats/client.hpp"

#include <algorithm>

#include "core/strings.hpp"
#include "nats/nuid.hpp"
#include "nats/subject.hpp"
#include "wire/writer.hpp"

namespace fairlead::nats {
namespace {

// Where writable() begins to wait: what stays in the processor's cache until it is written is
// written faster, and more in one write gains nothing.
constexpr std::size_t kWritable = 256 << 10;
// What a message takes besides its subjects, header and payload, at most about.
constexpr std::size_t kFrameSize = 64;

}  // namespace

std::string Client::new_inbox() const {
  return concat(options_.inbox_prefix(), ".", new_nuid());
}

absl::Status Client::check_sendable(std::string_view header, std::size_t size,
                                    std::size_t frame) const {
  if (ended_) return end_error();
  if (header.size() + size > info_.max_payload) {
    return absl::ResourceExhaustedError(concat("the message has ", header.size() + size,
                                               " bytes with its headers; the NATS server takes ",
                                               info_.max_payload, " at most (max_payload)"));
  }
  if (!header.empty() && !info_.headers) {
    return absl::FailedPreconditionError("the NATS server does not support headers");
  }
  if (is_open() && link_->unwritten() + frame > options_.write_limit()) {
    return absl::ResourceExhaustedError(
        concat(link_->unwritten(),
               " bytes wait to be written to the NATS server, which takes them "
               "too slowly; the limit is ",
               options_.write_limit()));
  }
  return absl::OkStatus();
}

absl::Status Client::check_room_while_away(std::size_t frame) {
  if (away_.make_room(frame, requests_)) return absl::OkStatus();
  return absl::UnavailableError(concat("there is no connection to NATS, and ", away_.size(),
                                       " bytes are kept for the next already; "
                                       "the limit is ",
                                       away_.limit(), " (reconnect buffer). Nothing was sent"));
}

absl::Status Client::publish(std::string_view subject, std::string_view reply,
                             std::string_view header, std::size_t size,
                             absl::FunctionRef<void(char*)> write_payload) {
  const std::size_t frame = subject.size() + reply.size() + header.size() + size + kFrameSize;
  if (absl::Status status = check_sendable(header, size, frame); !status.ok()) return status;
  if (is_open()) {
    write_payload(wire::append_publish(link_->output(), subject, reply, header, size));
    link_->wake_writer();
  } else {
    if (absl::Status status = check_room_while_away(frame); !status.ok()) return status;
    write_payload(away_.append(subject, reply, header, size, std::nullopt));
  }
  ++published_;
  ++statistics_.messages_out;
  return absl::OkStatus();
}

absl::Status Client::start_request(PendingRequest& request, Deadline deadline,
                                   std::string_view subject, std::string_view header,
                                   std::size_t size, absl::FunctionRef<void(char*)> write_payload) {
  const std::size_t frame =
      subject.size() + requests_.wildcard().size() + header.size() + size + kFrameSize;
  if (absl::Status status = check_sendable(header, size, frame); !status.ok()) return status;
  if (!inbox_refused_.ok()) return inbox_refused_;
  if (is_open()) {
    ByteBuffer& output = link_->output();
    if (!inbox_wanted_) {
      inbox_wanted_ = true;
      wire::append_subscribe(output, requests_.wildcard(), "", SubscriptionTable::kInbox);
    }
    const std::string_view reply = requests_.open(request, subject);
    write_payload(wire::append_publish(output, subject, reply, header, size));
    link_->wake_writer();
  } else {
    if (absl::Status status = check_room_while_away(frame); !status.ok()) return status;
    inbox_wanted_ = true;
    const std::string_view reply = requests_.open(request, subject);
    write_payload(away_.append(subject, reply, header, size, requests_.ticket(request)));
  }
  ++statistics_.messages_out;
  arm(request, deadline);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<SubscriptionState>> Client::subscribe(
    std::string_view subject, const SubscribeOptions& options,
    std::function<void(const MessageView&)> callback) {
  if (absl::Status status = check_subscribe_subject(subject); !status.ok()) return status;
  if (!options.queue_group().empty()) {
    if (absl::Status status = check_queue_group(options.queue_group()); !status.ok()) return status;
  }
  if (ended_) return end_error();
  auto subscription = subscriptions_.add(subject, options, std::move(callback));
  subscription->client = weak_from_this();
  if (is_open()) {
    wire::append_subscribe(link_->output(), subject, options.queue_group(), subscription->id);
    link_->wake_writer();
  }
  return subscription;
}

void Client::send_unsubscribe(SubscriptionState& subscription) {
  if (ended_ || subscription.ended || subscription.unsubscribed) return;
  subscription.unsubscribed = true;
  for (const auto& link : {link_, leaving_}) {
    if (!link || !link->is_open()) continue;
    wire::append_unsubscribe(link->output(), subscription.id);
    link->wake_writer();
  }
}

void Client::end_subscription(SubscriptionState& subscription, absl::Status reason) {
  send_unsubscribe(subscription);
  subscriptions_.remove(subscription);
  // At last: who waits for it is resumed at once, and may destroy it.
  subscription.end(std::move(reason));
}

void Client::unsubscribe(SubscriptionState& subscription) {
  end_subscription(subscription, absl::CancelledError("unsubscribed"));
}

void Client::unsubscribe_after(SubscriptionState& subscription, std::uint64_t count) {
  if (ended_ || subscription.ended) return;
  if (count <= subscription.received) return unsubscribe(subscription);
  subscription.max = count;
  if (!is_open()) return;
  wire::append_unsubscribe(link_->output(), subscription.id, count - subscription.received_before);
  link_->wake_writer();
}

bool Client::is_writable() const {
  const std::size_t half = options_.write_limit() / 2;
  return is_open() && link_->output().size() <= std::min(kWritable, half) &&
         link_->unwritten() <= half;
}

Task<absl::Status> Client::writable() {
  const auto self = shared_from_this();
  while (!ended_ && !is_writable()) {
    const bool woken = co_await writable_.wait(loop_.core());
    static_cast<void>(woken);
  }
  if (ended_) co_return end_error();
  co_return absl::OkStatus();
}

Task<void> Client::written(Waiter& waiter) {
  const auto self = shared_from_this();
  if (!ended_) co_await writable_.wait(waiter);
}

Task<absl::Status> Client::round_trip(Deadline deadline) {
  const auto self = shared_from_this();
  while (!ended_) {
    if (is_open()) {
      const std::shared_ptr<Link> link = link_;
      const std::shared_ptr<Link> old_link = leaving_;
      absl::Status status;
      // What was sent before a move is there, and what still comes.
      if (old_link && old_link->is_open()) status = co_await old_link->flush(deadline);
      status.Update(co_await link->flush(deadline));
      co_return status;
    }
    const bool opened = co_await opened_.wait(loop_.core(), deadline);
    if (!opened) co_return absl::DeadlineExceededError("no connection to NATS came back in time");
  }
  co_return end_error();
}

Task<absl::Status> Client::flush(Deadline::Duration timeout) {
  const auto self = shared_from_this();
  const std::uint64_t published = published_;
  absl::Status status = co_await round_trip(Deadline::after(timeout));
  if (!status.ok() && !absl::IsUnavailable(status)) co_return status;
  if (status.ok() && settled_ < lost_) {
    status = absl::UnavailableError(
        "the connection to NATS was lost since messages were last confirmed; those that were sent "
        "shortly before may have been lost");
  }
  settled_ = std::max(settled_, published);
  co_return status;
}

Task<absl::Status> Client::drain(Deadline::Duration timeout) {
  const auto self = shared_from_this();
  const Deadline deadline = Deadline::after(timeout);
  for (const auto& subscription : subscriptions_.all()) send_unsubscribe(*subscription);
  // The PONG says that all that was sent to the subscriptions has arrived, and that all that was
  // published here, the answers to it included, has been taken.
  absl::Status status = co_await round_trip(deadline);
  for (const auto& subscription : subscriptions_.take_all()) {
    subscription->end(absl::CancelledError("the connection was drained"));
  }
  if (status.ok()) status = co_await flush(deadline.remaining());
  close();
  co_return status;
}

Task<absl::Status> Client::closed() {
  const auto self = shared_from_this();
  if (!ended_) {
    const bool woken = co_await closed_.wait(loop_.core());
    static_cast<void>(woken);
  }
  co_return end_reason_;
}

std::shared_ptr<EventQueue> Client::events() {
  auto queue = events_.open();
  if (is_open())
    queue->events.emplace_back(EventKind::kConnected, link_->server().display(), absl::OkStatus());
  queue->ended = ended_;
  return queue;
}

absl::Status Client::end_error() const {
  if (end_reason_.ok()) {
    return absl::UnavailableError("the connection to NATS was closed by this program");
  }
  return absl::UnavailableError(
      concat("the connection to NATS has ended: ", message_of(end_reason_)));
}

}  // namespace fairlead::nats
