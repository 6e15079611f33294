#include "layer/throttle/throttle_layer.hpp"

#include <cmath>

#include "fairlead/status.hpp"

#include "core/strings.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/refusal.hpp"

namespace fairlead::layer {
namespace {

// Refused for lack of room, or not answered at all. A request that never left is nobody's verdict.
bool is_accepted(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
      return false;
    case absl::StatusCode::kResourceExhausted:
      return status_origin(status) == Origin::kLocal;
    default:
      return true;
  }
}

}  // namespace

Task<absl::Status> ThrottleLayer::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (!throttle_.admit(now(), random_)) {
    if (call.measured) call.measured->count_throttled();
    co_return rpc::refused_here(
        concat("calls of ", method_, " are throttled: the service refuses too many, so ",
               std::lround(100 * throttle_.refusal(now())), " % of them are not sent"));
  }
  absl::Status status = co_await next().call(call, reader);
  throttle_.on_end(is_accepted(status), now());
  co_return status;
}

}  // namespace fairlead::layer
