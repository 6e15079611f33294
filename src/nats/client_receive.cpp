// What a connection receives: messages, and what servers say of themselves and of refusals.
#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/outcome.hpp"

namespace fairlead::nats {

void Client::on_message(const wire::Operation& operation) {
  ++statistics_.messages_in;
  MessageView message;
  message.subject = operation.subject;
  message.reply = operation.reply;
  message.header = operation.header;
  message.payload = operation.payload;
  if (operation.subscription == SubscriptionTable::kInbox) {
    requests_.deliver(message);
    return;
  }
  const auto* const found = subscriptions_.find(operation.subscription);
  if (!found) return;                // ended here, and the server does not know yet
  const auto subscription = *found;  // kept alive: it may be ended by what it delivers
  if (!subscription->deliver(message)) {
    emit(Event(EventKind::kSlowConsumer, "",
               absl::ResourceExhaustedError(concat("its queue holds ", subscription->queue.size(),
                                                   " messages of ", subscription->queue_bytes,
                                                   " bytes; new ones are dropped")),
               subscription->subject));
  }
  if (subscription->max > 0 && subscription->received >= subscription->max) {
    // The server may not know: it counts only what it has sent itself.
    end_subscription(*subscription, absl::CancelledError("all messages asked for have come"));
  }
}

void Client::on_link_info(Link& link) {
  if (&link != link_.get()) return;
  info_ = link.info();
  pool_.on_servers(info_.connect_urls);
  if (!info_.lame_duck) return;
  emit(Event(EventKind::kLameDuck, link.server().display(), absl::OkStatus()));
  if (moving_ || !pool_.on_lame_duck()) return;
  moving_ = true;
  attention_.wake();
}

void Client::on_link_error(Link& link, const ServerError& error) {
  switch (error.target) {
    case ErrorTarget::kPublish:
      requests_.fail_subject(error.subject, error.status);
      for (const auto& subscription : subscriptions_.asking()) {
        if (subscription->asked == error.subject) end_subscription(*subscription, error.status);
      }
      break;
    case ErrorTarget::kReply:
      requests_.fail_reply(error.subject, error.status);
      for (const auto& subscription : subscriptions_.asking()) {
        if (subscription->subject == error.subject) end_subscription(*subscription, error.status);
      }
      break;
    case ErrorTarget::kSubscription:
      on_subscription_refused(error);
      break;
    case ErrorTarget::kOther:
      break;
  }
  emit(Event(EventKind::kError, link.server().display(), error.status, error.subject));
}

void Client::on_subscription_refused(const ServerError& error) {
  if (error.subject == requests_.wildcard()) {
    inbox_refused_ = absl::PermissionDeniedError(
        concat(message_of(error.status),
               ". Replies come there: allow it, or set an inbox prefix that is allowed"));
    // The server took the requests all the same.
    requests_.fail_all(maybe_executed(inbox_refused_));
    return;
  }
  for (const auto& subscription : subscriptions_.matching(error.subject, error.queue_group)) {
    subscriptions_.remove(*subscription);
    const bool asking = !subscription->asked.empty();
    subscription->end(asking ? maybe_executed(error.status) : error.status);
  }
}

void Client::on_link_written(Link& link) {
  if (&link == link_.get() && !writable_.empty()) writable_.wake_all();
}

}  // namespace fairlead::nats
