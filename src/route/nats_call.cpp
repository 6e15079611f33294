#include "route/nats_call.hpp"

namespace fairlead::route {

bool NatsCall::recognises(const nats::MessageView& message) {
  if (rpc::call_number_of(message.header) == number_.text()) {
    echoed_ = true;
    if (echo_ == NumberEcho::kUnknown) echo_ = NumberEcho::kYes;
    return true;
  }
  echo_ = NumberEcho::kNo;
  if (!has_used_subject()) return true;
  if (repeatable_) {
    in_doubt_ = true;
    finish(absl::OkStatus());  // at last: who waits goes on within, and destroys this
  }
  return false;
}

}  // namespace fairlead::route
