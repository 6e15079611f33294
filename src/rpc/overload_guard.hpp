#pragma once

#include <cstddef>

#include "fairlead/deadline.hpp"

namespace fairlead::rpc {

/// What an instance does about its part in a queue group.
enum class Attendance { kStay, kLeave, kReturn };

/// Decides when an instance whose queue of calls is nearly full leaves the queue group of the
/// method, so that NATS gives its share to others, and when it comes back: while it still has
/// calls in its queue, so that it is never idle. Leaves at three quarters, comes back at one, and
/// stays for a second at least, so that the NATS servers are not kept busy with it.
class OverloadGuard {
 public:
  explicit OverloadGuard(std::size_t queue_limit) : queue_limit_(queue_limit) {}

  /// `waiting` calls wait now. What it decides is done.
  Attendance look(std::size_t waiting, Deadline::TimePoint now) {
    if (!away_) {
      if (waiting == 0 || waiting * 4 < queue_limit_ * 3 || now < stay_until_) {
        return Attendance::kStay;
      }
      away_ = true;
      return Attendance::kLeave;
    }
    if (waiting * 4 > queue_limit_) return Attendance::kStay;
    away_ = false;
    stay_until_ = now + std::chrono::seconds(1);
    return Attendance::kReturn;
  }

  bool away() const { return away_; }

 private:
  std::size_t queue_limit_;
  bool away_ = false;
  Deadline::TimePoint stay_until_ = {};
};

}  // namespace fairlead::rpc
