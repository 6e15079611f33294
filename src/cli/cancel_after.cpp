#include "cli/cancel_after.hpp"

#include "cli/format.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

CancelAfter::CancelAfter(Loop& loop, std::optional<std::chrono::nanoseconds> time)
    : time_(time), give_up_([this] { cancellation_.cancel(); }) {
  if (time_) loop.core().arm(give_up_, Deadline::after(*time_));
}

CallOptions CancelAfter::with(const CallOptions& options) {
  CallOptions own = options;
  if (time_) own.set_cancellation(&cancellation_);
  return own;
}

absl::Status CancelAfter::explain(absl::Status status) const {
  if (!cancellation_.cancelled() || !absl::IsCancelled(status)) return status;
  return absl::CancelledError(concat("given up after ", format_duration(*time_),
                                     " (--cancel-after); the instance that served it was told"));
}

}  // namespace fairlead::cli
