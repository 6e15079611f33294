#pragma once

#include <functional>
#include <memory>

#include "core/manual_time.hpp"

namespace fairlead {

/// Something that another thread does for a loop with a manual time, which waits for it before time
/// moves. It begins when it is made, and ends with this object.
class OutsideWork {
 public:
  explicit OutsideWork(std::shared_ptr<ManualTime> time)
      : time_(std::move(time)), round_(time_->begin_work()) {}
  ~OutsideWork() { time_->end_work(round_); }
  OutsideWork(const OutsideWork&) = delete;
  OutsideWork& operator=(const OutsideWork&) = delete;

  /// Does it on this thread, which sees the manual time meanwhile.
  void run(const std::function<void()>& work);
  /// What this thread does; null: nothing of the kind.
  static OutsideWork* current() { return current_; }

  /// Whoever does it waits for the loop itself, and waits no longer. On the loop's thread.
  void pause() { time_->end_work(round_); }
  void resume() { round_ = time_->begin_work(); }

 private:
  static thread_local constinit OutsideWork* current_;

  const std::shared_ptr<ManualTime> time_;
  ManualTime::Round round_;
};

/// Another thread waits for something of a loop with a manual time, as long as this object lives.
/// On the loop's thread.
class OutsideWait {
 public:
  /// `work` is what that thread does for the loop; null: nothing.
  OutsideWait(ManualTime& time, OutsideWork* work) : time_(time), work_(work) {
    if (work_) {
      work_->pause();
    } else {
      time_.begin_wait();
    }
  }
  ~OutsideWait() {
    if (work_) {
      work_->resume();
    } else {
      time_.end_wait();
    }
  }
  OutsideWait(const OutsideWait&) = delete;
  OutsideWait& operator=(const OutsideWait&) = delete;

 private:
  ManualTime& time_;
  OutsideWork* const work_;
};

}  // namespace fairlead
