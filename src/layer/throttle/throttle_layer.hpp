#pragma once

#include <string>
#include <utility>

#include "layer/layer.hpp"
#include "layer/throttle/throttle.hpp"

namespace fairlead::layer {

/// Answers a part of the calls itself, with UNAVAILABLE, while the service refuses too many.
class ThrottleLayer final : public Layer {
 public:
  ThrottleLayer(Loop& loop, rpc::Route& next, const ThrottlePolicy& policy, std::string method,
                Random& random)
      : Layer(loop, next), throttle_(policy), method_(std::move(method)), random_(random) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;

 private:
  Throttle throttle_;
  std::string method_;
  Random& random_;
};

}  // namespace fairlead::layer
