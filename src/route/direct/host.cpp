#include "route/direct/host.hpp"

#include <utility>

#include "core/strings.hpp"
#include "route/direct/inbound_link.hpp"
#include "route/direct/listener.hpp"

namespace fairlead::route::direct {
namespace {

// What a server of NATS says of a subject to which nobody listens.
constexpr std::string_view kNoResponders = "NATS/1.0 503\r\n\r\n";

}  // namespace

Host::Host(nats::Connection connection, std::string control, std::string instance,
           Listener& listener)
    : connection_(std::move(connection)),
      control_(std::move(control)),
      cancel_subject_(concat(control_, "cancel")),
      instance_(std::move(instance)),
      listener_(listener) {}

Host::~Host() {
  leave();
}

void Host::host(const std::string& subject, rpc::CallServer& server) {
  servers_.emplace(subject, &server);
}

absl::Status Host::start() {
  const auto answer = [this](const std::string& subject, std::function<std::string()> body) {
    auto subscription =
        connection_.subscribe(subject, nats::SubscribeOptions(),
                              [this, body = std::move(body)](const nats::MessageView& question) {
                                if (question.reply.empty()) return;
                                connection_.publish(question.reply, body()).IgnoreError();
                              });
    if (subscription.ok()) subscriptions_.push_back(*std::move(subscription));
    return subscription.status();
  };
  const std::string name = to_json(InstanceName{instance_});
  absl::Status status = answer(concat(control_, "direct"), [name] { return name; });
  status.Update(answer(concat(control_, instance_, ".direct"), [this] { return ticket(); }));
  return status;
}

void Host::leave() {
  for (nats::Subscription& subscription : subscriptions_) subscription.unsubscribe();
  subscriptions_.clear();
  listener_.forget(*this);
}

std::string Host::ticket() {
  Ticket ticket = listener_.issue(*this);
  ticket.instance = instance_;
  return to_json(ticket);
}

void Host::serve(InboundLink& link, const wire::Operation& message) {
  const auto found = servers_.find(to_absl(message.subject));
  if (found != servers_.end()) {
    if (listener_.turns_calls_away()) return refuse(link, message, Refusal::kStopping);
    rpc::IncomingCall call;
    call.peer = message.reply;
    call.header = message.header;
    call.payload = message.payload;
    call.sink = &link;
    call.frames = &link;
    return found->second->serve(call);
  }
  if (message.subject == cancel_subject_) {
    for (const auto& [subject, server] : servers_) {
      if (server->cancel(message.payload, &link)) return;
    }
    return;
  }
  if (streams_ && streams_->owns(message.subject)) {
    // A frame that comes late, behind the end of its stream, is nothing to be counted.
    if (streams_->deliver(message.subject, message.header, message.payload, link)) return;
    if (message.reply.empty()) return;
  }
  refuse(link, message, Refusal::kForeignSubject);
}

// What nobody here has seen: its caller may take another way.
void Host::refuse(InboundLink& link, const wire::Operation& message, Refusal refusal) {
  listener_.count(refusal);
  if (message.reply.empty()) return;
  link.send(message.reply, kNoResponders, 0, [](char*) {}).IgnoreError();
}

void Host::forget(const InboundLink& link) {
  for (const auto& [subject, server] : servers_) server->cancel_from(link);
}

}  // namespace fairlead::route::direct
