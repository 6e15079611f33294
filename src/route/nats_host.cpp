#include "route/nats_host.hpp"

#include <utility>

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
  for (Hosted& hosted : hosted_) {
    hosted.subscription.unsubscribe();
    if (hosted.former) hosted.former->unsubscribe();
  }
  leave_streams();
}

absl::StatusOr<nats::Subscription> NatsHost::subscribe(const std::string& subject,
                                                       const std::string& queue_group,
                                                       rpc::CallServer& server) {
  nats::SubscribeOptions options;
  options.set_queue_group(queue_group);
  return connection_.subscribe(subject, options, [&server](const nats::MessageView& request) {
    rpc::IncomingCall call;
    call.peer = request.reply;
    call.header = request.header;
    call.payload = request.payload;
    server.serve(call);
  });
}

absl::Status NatsHost::host(const std::string& subject, const std::string& queue_group,
                            rpc::CallServer& server) {
  auto subscription = subscribe(subject, queue_group, server);
  if (!subscription.ok()) return subscription.status();
  hosted_.push_back({subject, queue_group, &server, *std::move(subscription), std::nullopt});
  return absl::OkStatus();
}

absl::Status NatsHost::host_streams(rpc::StreamTable& streams) {
  auto subscription = connection_.client()->subscribe(
      streams.wildcard(), nats::SubscribeOptions(),
      [this, &streams](const nats::MessageView& frame) {
        streams.deliver(frame.subject, frame.header, frame.payload, *this);
      });
  if (!subscription.ok()) return subscription.status();
  streams_ = *std::move(subscription);
  streams_->interrupted = [this, &streams](const absl::Status& reason) {
    streams.drop_all(absl::UnavailableError(
                         concat("the service lost its connection to NATS: ", message_of(reason))),
                     *this);
  };
  return absl::OkStatus();
}

void NatsHost::leave_streams() {
  if (const auto streams = std::move(streams_)) {
    streams->interrupted = nullptr;
    connection_.client()->unsubscribe(*streams);
  }
}

void NatsHost::step_aside(const rpc::CallServer& server) {
  for (Hosted& hosted : hosted_) {
    if (hosted.server == &server) hosted.subscription.leave();
  }
}

absl::Status NatsHost::come_back(const rpc::CallServer& server) {
  absl::Status status;
  for (Hosted& hosted : hosted_) {
    if (hosted.server != &server) continue;
    auto subscription = subscribe(hosted.subject, hosted.queue_group, *hosted.server);
    status.Update(subscription.status());
    if (!subscription.ok()) continue;
    if (hosted.former) hosted.former->unsubscribe();
    hosted.former = std::exchange(hosted.subscription, *std::move(subscription));
  }
  return status;
}

absl::Status NatsHost::status() const {
  absl::Status status;
  if (streams_ && streams_->ended) status = streams_->end_reason;
  for (const Hosted& hosted : hosted_) status.Update(hosted.subscription.status());
  return status;
}

Task<absl::Status> NatsHost::leave(Deadline::Duration timeout) {
  absl::Status status;
  TaskScope scope(connection_.loop());
  for (Hosted& hosted : hosted_) {
    scope.spawn(drain(hosted.subscription, timeout, status));
    if (hosted.former) scope.spawn(drain(*hosted.former, timeout, status));
  }
  co_await scope.join();
  hosted_.clear();
  co_return status;
}

}  // namespace fairlead::route
