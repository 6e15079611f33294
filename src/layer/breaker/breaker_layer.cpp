#include "layer/breaker/breaker_layer.hpp"

#include "fairlead/status.hpp"

#include "core/strings.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/refusal.hpp"

namespace fairlead::layer {
namespace {

// A service that answers "not found" or "busy" is there; what the first says is the caller's
// affair, and the second the throttle's.
Verdict verdict_of(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDataLoss:
      return Verdict::kIll;
    case absl::StatusCode::kCancelled:
      return Verdict::kNone;
    case absl::StatusCode::kResourceExhausted:
      return status_origin(status) == Origin::kLocal ? Verdict::kNone : Verdict::kWell;
    default:
      return Verdict::kWell;
  }
}

}  // namespace

Task<absl::Status> BreakerLayer::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  const Breaker::Permit permit = breaker_.ask(now());
  show(call);
  if (!permit.granted) {
    if (call.measured) call.measured->count_broken();
    co_return rpc::refused_here(
        concat("the circuit breaker of ", method_, " ", breaker_.describe(now())));
  }
  absl::Status status = co_await next().call(call, reader);
  breaker_.report(permit, verdict_of(status), message_of(status), now());
  show(call);
  co_return status;
}

void BreakerLayer::show(const rpc::OutgoingCall& call) const {
  if (!call.measured) return;
  switch (breaker_.state()) {
    case Breaker::State::kClosed:
      return call.measured->set_breaker(rpc::BreakerState::kClosed);
    case Breaker::State::kOpen:
      return call.measured->set_breaker(rpc::BreakerState::kOpen);
    case Breaker::State::kHalfOpen:
      return call.measured->set_breaker(rpc::BreakerState::kHalfOpen);
  }
}

}  // namespace fairlead::layer
