#pragma once

#include <functional>

#include "fairlead/loop.hpp"

#include "rpc/route.hpp"
#include "testing/fault_plan.hpp"

namespace fairlead::testing {

/// A route on the way of which things go wrong.
class FaultRoute final : public rpc::Route {
 public:
  /// What happens to a call to this subject.
  using Plan = std::function<FaultPlan(std::string_view subject)>;

  /// `loop` and `next` outlive it.
  FaultRoute(Loop& loop, rpc::Route& next, Plan plan)
      : loop_(loop), next_(next), plan_(std::move(plan)) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;
  absl::Status send(const rpc::OutgoingCall& call) override;

 private:
  Task<absl::Status> call_with(const FaultPlan& plan, const rpc::OutgoingCall& call,
                               rpc::ReplyReader& reader);
  Task<absl::Status> suffer(const std::vector<FaultStep>& steps, const rpc::OutgoingCall& call);
  Task<absl::Status> pause(const rpc::OutgoingCall& call, Deadline until);

  Loop& loop_;
  rpc::Route& next_;
  const Plan plan_;
};

}  // namespace fairlead::testing
