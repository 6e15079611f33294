#pragma once

#include <cstddef>

namespace fairlead::rpc {

/// What becomes of a call that arrives.
enum class Admission { kRun, kWait, kReject };

/// Decides which calls of a method run, wait or are refused: at most `limit` run at once and at
/// most `queue_limit` wait. Nothing is dropped in silence. Used on one loop.
class AdmissionGate {
 public:
  AdmissionGate(std::size_t limit, std::size_t queue_limit)
      : limit_(limit), queue_limit_(queue_limit) {}

  /// A call has arrived; kRun takes a slot, kWait a place in the queue.
  Admission arrive() {
    if (running_ < limit_) {
      ++running_;
      return Admission::kRun;
    }
    if (waiting_ >= queue_limit_) return Admission::kReject;
    ++waiting_;
    return Admission::kWait;
  }

  /// A call that ran has ended. True: the first that waits runs now, in its slot.
  bool finish() {
    if (waiting_ == 0 || running_ > limit_) {
      --running_;
      return false;
    }
    --waiting_;
    return true;
  }

  /// Whether a call that waits has got a slot since the limit grew; it runs now.
  bool promote() {
    if (waiting_ == 0 || running_ >= limit_) return false;
    --waiting_;
    ++running_;
    return true;
  }

  /// Calls that run over a lower limit end first; ask promote() after a higher one.
  void set_limit(std::size_t limit) { limit_ = limit; }

  std::size_t running() const { return running_; }
  std::size_t waiting() const { return waiting_; }
  std::size_t limit() const { return limit_; }

 private:
  std::size_t limit_;
  std::size_t queue_limit_;
  std::size_t running_ = 0;
  std::size_t waiting_ = 0;
};

}  // namespace fairlead::rpc
