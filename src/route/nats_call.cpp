#include "route/nats_call.hpp"

#include <utility>

namespace fairlead::route {

bool NatsCall::recognises(const nats::MessageView& message) {
  const auto number = rpc::call_number_of(message.header);
  if (number == number_.text()) {
    echoed_ = true;
    if (echo_ == NumberEcho::kUnknown) echo_ = NumberEcho::kYes;
    return true;
  }
  if (number && has_used_subject()) return false;  // to an earlier call
  echo_ = NumberEcho::kNo;
  if (!has_used_subject()) return true;
  hold(message);
  return false;
}

void NatsCall::hold(const nats::MessageView& message) {
  if (held_) return;
  held_.emplace();
  held_->header.assign(message.header);
  held_->payload.assign(message.payload);
  const Deadline patience = Deadline::after(kPatience);
  if (patience.point() < deadline().point()) loop_.arm(*this, patience);
}

bool NatsCall::take_held() {
  if (!held_) return false;
  nats::MessageView message;
  message.header = held_->header;
  message.payload = held_->payload;
  on_reply(message);
  return true;
}

void NatsCall::on_timeout() {
  if (!take_held()) PendingCall::on_timeout();
}

void NatsCall::on_failed(const absl::Status& reason) {
  if (!take_held()) PendingCall::on_failed(reason);
}

}  // namespace fairlead::route
