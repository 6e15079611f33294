#include "route/nats_host.hpp"

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "nats/client.hpp"
#include "nats/subscription_state.hpp"

namespace fairlead::route {
namespace {

Task<void> drain(nats::Subscription& subscription, Deadline::Duration timeout,
                 absl::Status& status) {
  status.Update(co_await subscription.drain(timeout));
}

}  // namespace

NatsHost::~NatsHost() {
  for (nats::Subscription& subscription : subscriptions_) subscription.unsubscribe();
  leave_streams();
}

absl::Status NatsHost::host(const std::string& subject, const std::string& queue_group,
                            rpc::CallServer& server) {
  nats::SubscribeOptions options;
  options.set_queue_group(queue_group);
  auto subscription =
      connection_.subscribe(subject, options, [&server](const nats::MessageView& request) {
        rpc::IncomingCall call;
        call.peer = request.reply;
        call.header = request.header;
        call.payload = request.payload;
        server.serve(call);
      });
  if (!subscription.ok()) return subscription.status();
  subscriptions_.push_back(*std::move(subscription));
  return absl::OkStatus();
}

absl::Status NatsHost::host_streams(rpc::StreamTable& streams) {
  auto subscription = connection_.client()->subscribe(
      streams.wildcard(), nats::SubscribeOptions(), [&streams](const nats::MessageView& frame) {
        streams.deliver(frame.subject, frame.header, frame.payload);
      });
  if (!subscription.ok()) return subscription.status();
  streams_ = *std::move(subscription);
  streams_->interrupted = [&streams](const absl::Status& reason) {
    streams.drop_all(absl::UnavailableError(
        concat("the service lost its connection to NATS: ", message_of(reason))));
  };
  return absl::OkStatus();
}

void NatsHost::leave_streams() {
  if (const auto streams = std::move(streams_)) {
    streams->interrupted = nullptr;
    connection_.client()->unsubscribe(*streams);
  }
}

absl::Status NatsHost::status() const {
  absl::Status status;
  if (streams_ && streams_->ended) status = streams_->end_reason;
  for (const nats::Subscription& subscription : subscriptions_) {
    status.Update(subscription.status());
  }
  return status;
}

Task<absl::Status> NatsHost::leave(Deadline::Duration timeout) {
  absl::Status status;
  TaskScope scope(connection_.loop());
  for (nats::Subscription& subscription : subscriptions_) {
    scope.spawn(drain(subscription, timeout, status));
  }
  co_await scope.join();
  subscriptions_.clear();
  co_return status;
}

}  // namespace fairlead::route
