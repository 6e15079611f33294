#pragma once

#include "core/deadline_wheel.hpp"
#include "core/waiter.hpp"

namespace fairlead {

/// A deadline that wakes a waiter and says that it has passed.
class WaiterTimeout final : public DeadlineNode {
 public:
  explicit WaiterTimeout(Waiter& waiter) : waiter_(waiter) {}

  void on_deadline() override {
    passed_ = true;
    waiter_.wake();
  }
  bool passed() const { return passed_; }

 private:
  Waiter& waiter_;
  bool passed_ = false;
};

}  // namespace fairlead
