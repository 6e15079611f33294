#include "route/nats_route.hpp"

#include <cstring>
#include <string>

#include "core/strings.hpp"
#include "nats/client.hpp"
#include "route/pending_stream.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/request_header.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route {
namespace {

void serialize(const rpc::OutgoingCall& call, char* to) {
  call.request->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to));
}

// Tells the instances that a call which still waits has been given up, or its task dropped.
class CancelOnLeave {
 public:
  CancelOnLeave(nats::Client& client, const rpc::OutgoingCall& call, const PendingCall& pending)
      : client_(client), call_(call), pending_(pending) {}
  ~CancelOnLeave() { cancel(); }
  void cancel() {
    if (!pending_.waits() || call_.cancel_subject.empty()) return;
    const std::string inbox(client_.reply_of(pending_));
    const auto write = [&](char* to) { std::memcpy(to, inbox.data(), inbox.size()); };
    client_.publish(call_.cancel_subject, "", "", inbox.size(), write).IgnoreError();
  }
  CancelOnLeave(const CancelOnLeave&) = delete;
  CancelOnLeave& operator=(const CancelOnLeave&) = delete;

 private:
  nats::Client& client_;
  const rpc::OutgoingCall& call_;
  const PendingCall& pending_;
};

}  // namespace

NumberEcho& NatsRoute::echo_of(std::size_t method) {
  if (method >= echoes_.size()) echoes_.resize(method + 1, NumberEcho::kUnknown);
  return echoes_[method];
}

Task<absl::Status> NatsRoute::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (call.abandoned()) co_return rpc::given_up(call.subject);
  const std::shared_ptr<nats::Client> client = connection_.client();
  const rpc::CallNumber number(client->new_request_number());
  const rpc::RequestHeader header(call, number.text());
  NatsCall pending(call, reader, number, echo_of(call.method));
  CancelOnLeave cancel_on_leave(*client, call, pending);
  const auto write = [&call](char* to) { serialize(call, to); };
  absl::Status sent =
      client->start_request(pending, call.deadline, call.subject, header.block(), call.size, write);
  if (!sent.ok()) {
    rpc::mark_never_ran(sent);
    co_return sent;
  }
  if (pending.is_open()) co_await pending.ended();
  if (!pending.in_doubt()) co_return pending.take_status();
  cancel_on_leave.cancel();
  pending.abandon();
  absl::Status status = co_await call_again(call, reader);
  co_return status;
}

// Once at most, for calls of its method have new reply subjects now.
Task<absl::Status> NatsRoute::call_again(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (call.measured) call.measured->count_retry();
  rpc::OutgoingCall again = call;
  ++again.previous_attempts;
  again.timeout = call.deadline.remaining();
  absl::Status status;
  if (again.timeout > again.timeout.zero()) {
    status = co_await this->call(again, reader);
  } else {
    status = absl::DeadlineExceededError(concat("no reply of ", call.subject, " came in time"));
  }
  rpc::mark_may_have_run(status);
  co_return status;
}

absl::Status NatsRoute::send(const rpc::OutgoingCall& call) {
  const rpc::RequestHeader header(call);
  return connection_.client()->publish(call.subject, "", header.block(), call.size,
                                       [&call](char* to) { serialize(call, to); });
}

absl::StatusOr<std::unique_ptr<rpc::Reception>> NatsRoute::open(const rpc::StreamRequest& request,
                                                                rpc::FrameReceiver& receiver) {
  auto pending = std::make_unique<PendingStream>(request.subject, receiver, sink_);
  const std::string_view payload = request.payload;
  const auto write = [payload](char* to) {
    if (!payload.empty()) std::memcpy(to, payload.data(), payload.size());
  };
  absl::Status sent = connection_.client()->start_request(
      *pending, request.deadline, request.subject, request.header, payload.size(), write);
  if (!sent.ok()) {
    rpc::mark_never_ran(sent);
    return sent;
  }
  return pending;
}

}  // namespace fairlead::route
