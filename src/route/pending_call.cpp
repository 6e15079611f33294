#include "route/pending_call.hpp"

#include <utility>

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::route {

void PendingCall::on_reply(const nats::MessageView& message) {
  finish(reader_.read(message.header, message.payload));
}

void PendingCall::on_no_responders() {
  refused_ = true;
  const std::string_view service = call_.subject.substr(0, call_.subject.rfind('.'));
  absl::Status status = absl::UnavailableError(concat("no instance of ", service, " is up"));
  rpc::mark_never_ran(status);
  finish(std::move(status));
}

void PendingCall::on_timeout() {
  late_ = true;
  finish(absl::DeadlineExceededError(concat("no reply of ", call_.subject, " came in time")));
}

void PendingCall::on_failed(const absl::Status& reason) {
  lost_ = true;
  finish(reason);
}

void PendingCall::on_abandoned() {
  if (!done_) finish(rpc::given_up(call_.subject));
}

bool PendingCall::is_open() {
  if (call_.abandoned()) on_abandoned();
  return !done_;
}

void PendingCall::finish(absl::Status status) {
  status_ = std::move(status);
  done_ = true;
  finished_.wake();
}

}  // namespace fairlead::route
