#include "route/nats_host.hpp"

#include "fairlead/task_scope.hpp"

#include "nats/client.hpp"

namespace fairlead::route {
namespace {

Task<void> drain(nats::Subscription& subscription, Deadline::Duration timeout,
                 absl::Status& status) {
  status.Update(co_await subscription.drain(timeout));
}

}  // namespace

NatsHost::~NatsHost() {
  for (nats::Subscription& subscription : subscriptions_) subscription.unsubscribe();
}

absl::Status NatsHost::host(const std::string& subject, const std::string& queue_group,
                            rpc::MethodServer& server) {
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

absl::Status NatsHost::status() const {
  absl::Status status;
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

std::size_t NatsHost::max_reply_size() const {
  return connection_.server_info().max_payload;
}

absl::Status NatsHost::send(std::string_view peer, std::string_view header, std::size_t size,
                            absl::FunctionRef<void(char*)> write_payload) {
  return connection_.client()->publish(peer, "", header, size, write_payload);
}

}  // namespace fairlead::route
