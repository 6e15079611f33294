#include "layer/retry/retry_layer.hpp"

#include <utility>

#include "fairlead/status.hpp"

#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "rpc/abandonment_wake.hpp"
#include "rpc/annotate.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::layer {

Task<absl::Status> RetryLayer::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  budget_.on_call(now());
  absl::Status status = co_await next().call(call, reader);
  if (status.ok()) co_return status;

  Retry retry(policy_, budget_, random_, call.idempotent, call.attempts, call.deadline);
  rpc::OutgoingCall attempt = call;
  bool may_have_run = false;  // in an attempt before the last
  const auto ended = [&may_have_run](absl::Status failure) {
    if (may_have_run) rpc::mark_may_have_run(failure);
    return failure;
  };
  while (true) {
    RetryStep step = retry.on_failure(status, now());
    if (!step.repeats) co_return ended(rpc::annotate(std::move(status), step.note));
    may_have_run |= may_have_executed(status);
    if (call.failed_attempts) call.failed_attempts->emplace_back(status, step.wait);
    if (call.span && call.span->recording()) {
      const std::chrono::duration<double> wait = step.wait;
      call.span->add_event("retry", {{"attempt", retry.attempt()},
                                     {"reason", rpc::code_name(status.code())},
                                     {"wait_seconds", wait.count()}});
    }
    const bool waited = co_await pause(call, step.wait);
    if (!waited) co_return rpc::given_up(call.subject);
    // The pause may have been longer than asked for.
    attempt.timeout = call.deadline.remaining(now());
    if (attempt.timeout <= attempt.timeout.zero()) co_return ended(std::move(status));
    attempt.previous_attempts = retry.attempt() - 1;
    if (call.measured) call.measured->count_retry();
    status = co_await next().call(attempt, reader);
    if (status.ok()) co_return status;
  }
}

Task<bool> RetryLayer::pause(const rpc::OutgoingCall& call, Deadline::Duration duration) {
  Waiter waiter;
  WaiterTimeout timeout(waiter);
  rpc::AbandonmentWake caller(call.abandonment, waiter);
  if (caller.abandoned()) co_return false;
  loop().core().arm(timeout, Deadline::at(now() + duration));
  co_await waiter.wait();
  co_return !caller.abandoned();
}

}  // namespace fairlead::layer
