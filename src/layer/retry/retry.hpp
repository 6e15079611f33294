#pragma once

#include <string>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"
#include "fairlead/retry_policy.hpp"

#include "core/random.hpp"
#include "layer/retry/retry_budget.hpp"

namespace fairlead::layer {

/// What becomes of a call of which an attempt has failed.
struct RetryStep {
  bool repeats = false;
  Deadline::Duration wait = {};  // before the next attempt
  std::string note;  // why there is none, for the caller; empty: the failure says it all
};

/// `again after 37ms`, `ends: the retry budget of the method is used up`.
std::string to_string(const RetryStep& step);

/// Whether a call that ended thus may be made again: it never ran, or it may run twice.
bool is_repeatable(const absl::Status& status, bool idempotent);

/// The attempts of one call: whether there is another, and when.
class Retry {
 public:
  using TimePoint = Deadline::TimePoint;

  /// `attempts` as in rpc::OutgoingCall. The references outlive this object.
  Retry(const RetryPolicy& policy, RetryBudget& budget, Random& random, bool idempotent,
        int attempts, Deadline deadline);

  /// An attempt has ended with `status`, which is not OK.
  RetryStep on_failure(const absl::Status& status, TimePoint now);

  /// The number of the attempt that runs, from 1.
  int attempt() const { return attempt_; }

 private:
  Deadline::Duration next_wait(const absl::Status& status);

  const RetryPolicy& policy_;
  RetryBudget& budget_;
  Random& random_;
  bool idempotent_;
  int attempts_;
  Deadline deadline_;
  int attempt_ = 1;
  std::chrono::duration<double, std::nano> bound_;  // of the next backoff
};

}  // namespace fairlead::layer
