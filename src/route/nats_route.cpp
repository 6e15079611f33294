#include "route/nats_route.hpp"

#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "nats/client.hpp"

namespace fairlead::route {
namespace {

class PendingCall final : public nats::PendingRequest {
 public:
  PendingCall(const rpc::OutgoingCall& call, rpc::ReplyReader& reader)
      : call_(call), reader_(reader) {}

  void on_reply(const nats::MessageView& message) override {
    finish(reader_.read(message.header, message.payload));
  }
  void on_no_responders() override {
    const std::string_view service = call_.subject.substr(0, call_.subject.rfind('.'));
    finish(absl::UnavailableError(concat("no instance of ", service, " is up")));
  }
  void on_timeout() override {
    finish(absl::DeadlineExceededError(concat("no reply of ", call_.subject, " came in time")));
  }
  void on_failed(const absl::Status& reason) override { finish(reason); }

  Task<absl::Status> wait() {
    if (!done_) co_await finished_.wait();
    co_return std::move(status_);
  }

 private:
  void finish(absl::Status status) {
    status_ = std::move(status);
    done_ = true;
    finished_.wake();
  }

  const rpc::OutgoingCall& call_;
  rpc::ReplyReader& reader_;
  absl::Status status_;
  bool done_ = false;
  Waiter finished_;
};

void serialize(const rpc::OutgoingCall& call, char* to) {
  call.request->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to));
}

}  // namespace

Task<absl::Status> NatsRoute::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  PendingCall pending(call, reader);
  const auto write = [&call](char* to) { serialize(call, to); };
  absl::Status sent = connection_.client()->start_request(pending, call.deadline, call.subject,
                                                          call.header, call.size, write);
  if (!sent.ok()) co_return sent;
  co_return co_await pending.wait();
}

absl::Status NatsRoute::send(const rpc::OutgoingCall& call) {
  return connection_.client()->publish(call.subject, "", call.header, call.size,
                                       [&call](char* to) { serialize(call, to); });
}

}  // namespace fairlead::route
