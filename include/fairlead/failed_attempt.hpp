#pragma once

#include <chrono>
#include <utility>

#include <absl/status/status.h>

namespace fairlead {

/// An attempt of a call that failed and was followed by another.
class FailedAttempt {
 public:
  FailedAttempt(absl::Status status, std::chrono::nanoseconds wait)
      : status_(std::move(status)), wait_(wait) {}

  /// Why it failed.
  const absl::Status& status() const { return status_; }
  /// The wait before the next attempt.
  std::chrono::nanoseconds wait() const { return wait_; }

 private:
  absl::Status status_;
  std::chrono::nanoseconds wait_;
};

}  // namespace fairlead
