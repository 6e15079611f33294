#pragma once

#include "core/cancel_list.hpp"
#include "core/served_call.hpp"
#include "core/waiter.hpp"

namespace fairlead {

/// Wakes a coroutine that waits when the call which it serves is cancelled.
class WakeOnCancel final : public CancelNode {
 public:
  /// For the call that this thread works for now. `waiter` outlives this object.
  explicit WakeOnCancel(Waiter& waiter) : waiter_(waiter) {
    ServedCall* const call = ServedCall::current();
    if (!call) return;
    cancelled_ = call->cancelled();
    if (CancelList* const made = call->made()) made->add(*this);
  }

  void on_cancel() override {
    cancelled_ = true;
    waiter_.wake();
  }

  /// Whether it is cancelled, also if it was before this object was made.
  bool cancelled() const { return cancelled_; }

 private:
  Waiter& waiter_;
  bool cancelled_ = false;
};

}  // namespace fairlead
