#include "testing/fault_route.hpp"

#include <string>
#include <utility>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "core/waiter_timeout.hpp"
#include "rpc/abandonment_wake.hpp"

namespace fairlead::testing {
namespace {

/// Keeps a reply that is not to be read yet.
class HeldReply final : public rpc::ReplyReader {
 public:
  absl::Status read(std::string_view header, std::string_view payload) override {
    header_ = header;
    payload_ = payload;
    arrived_ = true;
    return absl::OkStatus();
  }
  bool arrived() const { return arrived_; }
  absl::Status give_to(rpc::ReplyReader& reader) const { return reader.read(header_, payload_); }

 private:
  std::string header_;
  std::string payload_;
  bool arrived_ = false;
};

}  // namespace

Task<absl::Status> FaultRoute::call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) {
  const FaultPlan plan = plan_(call.subject);
  if (plan.empty()) co_return co_await next_.call(call, reader);
  co_return co_await call_with(plan, call, reader);
}

Task<absl::Status> FaultRoute::call_with(const FaultPlan& plan, const rpc::OutgoingCall& call,
                                         rpc::ReplyReader& reader) {
  absl::Status end = co_await suffer(plan.request, call);
  if (!end.ok()) co_return end;
  rpc::OutgoingCall sent = call;
  sent.timeout = call.deadline.remaining();
  HeldReply reply;
  absl::Status status = co_await next_.call(sent, reply);
  if (!reply.arrived()) co_return status;
  end = co_await suffer(plan.reply, call);
  if (!end.ok()) co_return end;
  co_return reply.give_to(reader);
}

absl::Status FaultRoute::send(const rpc::OutgoingCall& call) {
  for (const FaultStep& step : plan_(call.subject).request) {
    if (step.kind == FaultStep::Kind::kDrop) return absl::OkStatus();
    if (step.kind == FaultStep::Kind::kFail) return step.status;
  }
  return next_.send(call);
}

// OK: the call goes on.
Task<absl::Status> FaultRoute::suffer(const std::vector<FaultStep>& steps,
                                      const rpc::OutgoingCall& call) {
  for (const FaultStep& step : steps) {
    absl::Status status;
    switch (step.kind) {
      case FaultStep::Kind::kDelay:
        status = co_await pause(call, Deadline::after(step.delay));
        break;
      case FaultStep::Kind::kDrop:
        status = co_await pause(call, Deadline::never());
        break;
      case FaultStep::Kind::kFail:
        status = step.status;
        break;
    }
    if (!status.ok()) co_return status;
  }
  co_return absl::OkStatus();
}

// OK unless the caller stops waiting before.
Task<absl::Status> FaultRoute::pause(const rpc::OutgoingCall& call, Deadline until) {
  Waiter waiter;
  WaiterTimeout timeout(waiter);
  rpc::AbandonmentWake caller(call.abandonment, waiter);
  if (caller.abandoned()) co_return rpc::given_up(call.subject);
  loop_.core().arm(timeout, earlier(until, call.deadline));
  co_await waiter.wait();
  if (caller.abandoned()) co_return rpc::given_up(call.subject);
  if (until.point() < call.deadline.point()) co_return absl::OkStatus();
  co_return absl::DeadlineExceededError(concat("no reply of ", call.subject, " came in time"));
}

}  // namespace fairlead::testing
