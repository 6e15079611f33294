#pragma once

#include "core/waiter.hpp"
#include "rpc/abandonment.hpp"

namespace fairlead::rpc {

/// Wakes the coroutine of a layer when its call is given up.
class AbandonmentWake final : public Abandonment::Waiting {
 public:
  /// `abandonment` may be null; both outlive this object.
  AbandonmentWake(Abandonment* abandonment, Waiter& waiter)
      : abandonment_(abandonment), waiter_(waiter) {
    if (abandonment_) abandonment_->attach(this);
  }
  ~AbandonmentWake() {
    if (abandonment_) abandonment_->attach(nullptr);
  }
  AbandonmentWake(const AbandonmentWake&) = delete;
  AbandonmentWake& operator=(const AbandonmentWake&) = delete;

  void on_abandoned() override { waiter_.wake(); }

  /// Whether the call was given up, also before this object was made.
  bool abandoned() const { return abandonment_ && abandonment_->abandoned(); }

 private:
  Abandonment* const abandonment_;
  Waiter& waiter_;
};

}  // namespace fairlead::rpc
