#include "cli/give_up.hpp"

#include <csignal>
#include <utility>

#include "cli/format.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {

using boost::system::error_code;

GiveUp::GiveUp(nats::Connection connection, std::optional<std::chrono::nanoseconds> time)
    : connection_(std::move(connection)),
      time_(time),
      timer_([this] { cancellation_.cancel(); }),
      signals_(connection_.loop().core().context(), SIGINT) {
  if (time_) connection_.loop().core().arm(timer_, Deadline::after(*time_));
  signals_.async_wait([this](const error_code& fault, int) {
    if (fault) return;  // this object is gone, or going
    error_code ignored;
    signals_.clear(ignored);
    interrupted_ = true;
    cancellation_.cancel();
  });
}

CallOptions GiveUp::with(const CallOptions& options) {
  CallOptions own = options;
  own.set_cancellation(&cancellation_);
  return own;
}

Task<absl::Status> GiveUp::explain(absl::Status status) {
  if (!cancellation_.cancelled() || !absl::IsCancelled(status)) co_return status;
  // The program ends next, and what is not written then is lost.
  const absl::Status told = co_await connection_.flush(std::chrono::seconds(1));
  std::string text = "interrupted";
  if (!interrupted_) text = concat("given up after ", format_duration(*time_), " (--cancel-after)");
  append(text, told.ok() ? "; the instance that served it was told" : "");
  co_return absl::CancelledError(text);
}

}  // namespace fairlead::cli
