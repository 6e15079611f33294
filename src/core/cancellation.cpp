#include "fairlead/cancellation.hpp"

#include "core/cancel_list.hpp"

namespace fairlead {

Cancellation::Cancellation() : calls_(std::make_unique<CancelList>()) {}

Cancellation::~Cancellation() = default;

void Cancellation::cancel() {
  cancelled_ = true;
  calls_->cancel();
}

void Cancellation::add(CancelNode& node) {
  if (cancelled_) {
    node.on_cancel();
  } else {
    calls_->add(node);
  }
}

}  // namespace fairlead
