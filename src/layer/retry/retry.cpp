#include "layer/retry/retry.hpp"

#include <algorithm>

#include "fairlead/status.hpp"

#include "core/strings.hpp"

namespace fairlead::layer {

using std::chrono::duration_cast;
using std::chrono::milliseconds;

std::string to_string(const RetryStep& step) {
  if (step.repeats) {
    return concat("again after ", duration_cast<milliseconds>(step.wait).count(), "ms");
  }
  return step.note.empty() ? "ends" : concat("ends: ", step.note);
}

bool is_repeatable(const absl::Status& status, bool idempotent) {
  const auto pushback = retry_pushback(status);
  if (pushback && pushback->count() < 0) return false;
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
      return idempotent || !may_have_executed(status);
    case absl::StatusCode::kResourceExhausted:
      // Without a pushback it is a message that is too large, or the handler's own answer.
      return pushback.has_value() && (idempotent || !may_have_executed(status));
    default:
      return false;
  }
}

Retry::Retry(const RetryPolicy& policy, RetryBudget& budget, Random& random, bool idempotent,
             int attempts, Deadline deadline)
    : policy_(policy),
      budget_(budget),
      random_(random),
      idempotent_(idempotent),
      attempts_(attempts > 0 ? attempts : policy.attempts()),
      deadline_(deadline),
      bound_(policy.initial_backoff()) {}

RetryStep Retry::on_failure(const absl::Status& status, TimePoint now) {
  RetryStep step;
  if (attempts_ == 1 || !is_repeatable(status, idempotent_)) return step;
  if (attempt_ >= attempts_) {
    step.note = concat("attempt ", attempt_, " of ", attempts_);
    return step;
  }
  step.wait = next_wait(status);
  if (deadline_.remaining(now) <= step.wait) {
    step.note = concat("attempt ", attempt_, "; the deadline leaves no time for another");
    return step;
  }
  if (!budget_.take(now)) {
    step.note = concat("attempt ", attempt_, "; the retry budget of the method is used up");
    return step;
  }
  step.repeats = true;
  ++attempt_;
  return step;
}

Deadline::Duration Retry::next_wait(const absl::Status& status) {
  if (const auto pushback = retry_pushback(status)) {
    // Those who were refused together should not come back together.
    bound_ = policy_.initial_backoff();
    return *pushback + duration_cast<Deadline::Duration>(*pushback * 0.25 * random_.unit());
  }
  const auto wait = duration_cast<Deadline::Duration>(bound_ * random_.unit());
  bound_ = std::min<decltype(bound_)>(bound_ * policy_.multiplier(), policy_.max_backoff());
  return wait;
}

}  // namespace fairlead::layer
