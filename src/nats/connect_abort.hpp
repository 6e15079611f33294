#pragma once

#include "core/deadline_wheel.hpp"

namespace fairlead::nats {

/// Lets a coroutine that is connecting be told to give up: what it waits for ends as if its
/// deadline had passed.
class ConnectAbort {
 public:
  /// While one of these lives, `step` is what the coroutine waits for.
  class Step {
   public:
    Step(ConnectAbort& abort, DeadlineNode& step) : abort_(abort) { abort_.step_ = &step; }
    ~Step() { abort_.step_ = nullptr; }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;

   private:
    ConnectAbort& abort_;
  };

  void abort() {
    aborted_ = true;
    if (step_) step_->on_deadline();
  }
  bool aborted() const { return aborted_; }

 private:
  DeadlineNode* step_ = nullptr;
  bool aborted_ = false;
};

}  // namespace fairlead::nats
