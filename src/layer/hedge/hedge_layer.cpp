#include "layer/hedge/hedge_layer.hpp"

#include <utility>

#include "fairlead/task_scope.hpp"

#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "rpc/abandonment_wake.hpp"
#include "rpc/client_stats.hpp"

namespace fairlead::layer {
namespace {

/// One sending of a call.
class Sending {
 public:
  Sending(const rpc::OutgoingCall& call, rpc::Route& route, rpc::ReplyReader& reader,
          Waiter& changed)
      : call_(call), route_(route), reader_(reader), changed_(changed) {
    call_.abandonment = &abandonment_;
  }

  Task<void> run() {
    status_ = co_await route_.call(call_, reader_);
    ended_ = true;
    changed_.wake();
  }

  void set_hedge(std::chrono::nanoseconds timeout) {
    call_.timeout = timeout;
    ++call_.previous_attempts;
  }
  void abandon() {
    if (!ended_) abandonment_.abandon();
  }

  bool ended() const { return ended_; }
  /// A failure to reach the service is no answer as long as another may come.
  bool answered() const { return ended_ && !absl::IsUnavailable(status_); }
  absl::Status take_status() { return std::move(status_); }

 private:
  rpc::OutgoingCall call_;
  rpc::Route& route_;
  rpc::ReplyReader& reader_;
  Waiter& changed_;
  rpc::Abandonment abandonment_;
  absl::Status status_;
  bool ended_ = false;
};

}  // namespace

Task<absl::Status> HedgeLayer::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  if (!call.idempotent) co_return co_await next().call(call, reader);
  const Deadline::TimePoint start = now();
  const auto patience = hedge_.begin(start);
  if (patience && start + *patience < call.deadline.point()) {
    co_return co_await race(call, reader, start, *patience);
  }
  absl::Status status = co_await next().call(call, reader);
  const Deadline::TimePoint end = now();
  if (status.ok()) hedge_.on_answer(end - start, end);
  co_return status;
}

Task<absl::Status> HedgeLayer::race(const rpc::OutgoingCall& call, rpc::ReplyReader& reader,
                                    Deadline::TimePoint start, Deadline::Duration patience) {
  Waiter changed;
  WaiterTimeout timeout(changed);
  rpc::AbandonmentWake caller(call.abandonment, changed);
  loop().core().arm(timeout, Deadline::at(start + patience));
  Sending first(call, next(), reader, changed);
  Sending second(call, next(), reader, changed);
  TaskScope scope(loop());
  scope.spawn(first.run());
  bool hedged = false;
  while (!first.answered() && !second.answered() && !caller.abandoned()) {
    if (first.ended() && (!hedged || second.ended())) break;
    if (!hedged && timeout.passed() && hedge_.take(now())) {
      hedged = true;
      if (call.measured) call.measured->count_hedge();
      if (call.span) call.span->add_event("hedge");
      second.set_hedge(call.deadline.remaining(now()));
      scope.spawn(second.run());
      continue;
    }
    co_await changed.wait();
  }
  const Deadline::TimePoint end = now();
  // Before the other one is given up, which ends it as well, here and at its instance.
  const bool answered = first.answered() || second.answered();
  Sending& winner = second.answered() && !first.answered() ? second : first;
  first.abandon();
  second.abandon();
  co_await scope.join();
  if (!answered && caller.abandoned()) co_return rpc::given_up(call.subject);
  absl::Status status = winner.take_status();
  if (status.ok()) hedge_.on_answer(end - start, end);
  co_return status;
}

}  // namespace fairlead::layer
