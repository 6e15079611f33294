#pragma once

#include "layer/layer.hpp"
#include "layer/retry/retry.hpp"

namespace fairlead::layer {

/// Makes calls again that failed and may be repeated.
class RetryLayer final : public Layer {
 public:
  RetryLayer(Loop& loop, rpc::Route& next, const RetryPolicy& policy, Random& random)
      : Layer(loop, next), policy_(policy), budget_(policy), random_(random) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;

 private:
  /// Waits before the next attempt; false if the call is given up meanwhile.
  Task<bool> pause(const rpc::OutgoingCall& call, Deadline::Duration duration);

  RetryPolicy policy_;
  RetryBudget budget_;
  Random& random_;
};

}  // namespace fairlead::layer
