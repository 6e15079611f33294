#pragma once

#include <string>
#include <utility>

#include "layer/breaker/breaker.hpp"
#include "layer/layer.hpp"

namespace fairlead::layer {

/// Answers calls at once, with UNAVAILABLE, while the breaker of their method is open.
class BreakerLayer final : public Layer {
 public:
  BreakerLayer(Loop& loop, rpc::Route& next, const BreakerPolicy& policy, std::string method)
      : Layer(loop, next), breaker_(policy), method_(std::move(method)) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;

 private:
  // In the metrics.
  void show(const rpc::OutgoingCall& call) const;

  Breaker breaker_;
  std::string method_;
};

}  // namespace fairlead::layer
