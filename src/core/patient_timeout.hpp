#pragma once

#include "core/loop_core.hpp"
#include "core/waiter.hpp"

namespace fairlead {

/// Wakes a waiter after a time in which the loop came round: while the loop is kept busy, what is
/// waited for may have come and not been read, or may not even have been asked for.
///
/// For how long others may take to answer; not for deadlines of calls, which are promises.
class PatientTimeout final : public DeadlineNode {
 public:
  PatientTimeout(LoopCore& core, Waiter& waiter) : core_(core), waiter_(waiter) {}

  void arm(Deadline::Duration time) {
    round_ = time / kRounds;
    rounds_ = kRounds;
    core_.arm(*this, Deadline::after(round_));
  }

  void on_deadline() override {
    if (--rounds_ > 0) {
      core_.arm(*this, Deadline::after(round_));
    } else {
      waiter_.wake();
    }
  }

 private:
  // One turn of the loop, however long, takes no more than one of them.
  static constexpr int kRounds = 20;

  LoopCore& core_;
  Waiter& waiter_;
  Deadline::Duration round_{};
  int rounds_ = 0;
};

}  // namespace fairlead
