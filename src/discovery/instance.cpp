#include "discovery/instance.hpp"

#include "core/strings.hpp"

namespace fairlead::discovery {

Instance::Instance(nats::Connection connection, std::function<InfoResponse()> info,
                   std::function<StatsResponse()> stats)
    : connection_(std::move(connection)), info_(std::move(info)), stats_(std::move(stats)) {}

absl::Status Instance::start() {
  const auto ping = [this] {
    PingResponse response;
    static_cast<Identity&>(response) = info_();
    return to_json(response);
  };
  absl::Status status = answer_verb("PING", ping);
  status.Update(answer_verb("INFO", [this] { return to_json(info_()); }));
  status.Update(answer_verb("STATS", [this] { return to_json(stats_()); }));
  return status;
}

absl::Status Instance::answer_verb(const std::string& verb, std::function<std::string()> body) {
  const Identity identity = info_();
  const std::string all = concat("$SRV.", verb);
  const std::string kind = concat(all, ".", identity.name);
  for (const std::string& subject : {all, kind, concat(kind, ".", identity.id)}) {
    auto subscription = connection_.subscribe(
        subject, nats::SubscribeOptions(), [this, body](const nats::MessageView& question) {
          // Who asks without a reply subject, or for a reply that cannot be sent, hears nothing.
          if (!question.reply.empty()) {
            connection_.publish(question.reply, body()).IgnoreError();
          }
        });
    if (!subscription.ok()) return subscription.status();
    subscriptions_.push_back(*std::move(subscription));
  }
  return absl::OkStatus();
}

void Instance::stop() {
  for (nats::Subscription& subscription : subscriptions_) subscription.unsubscribe();
  subscriptions_.clear();
}

}  // namespace fairlead::discovery
