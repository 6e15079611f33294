#pragma once

#include "layer/hedge/hedge.hpp"
#include "layer/layer.hpp"

namespace fairlead::layer {

/// Sends calls of idempotent methods again that take longer than most; the first answer counts, and
/// the other call is given up, here and at the instance that has it.
class HedgeLayer final : public Layer {
 public:
  HedgeLayer(Loop& loop, rpc::Route& next, const HedgePolicy& policy)
      : Layer(loop, next), hedge_(policy) {}

  Task<absl::Status> call(const rpc::OutgoingCall& call, rpc::ReplyReader& reader) override;

 private:
  Task<absl::Status> race(const rpc::OutgoingCall& call, rpc::ReplyReader& reader,
                          Deadline::TimePoint start, Deadline::Duration patience);

  Hedge hedge_;
};

}  // namespace fairlead::layer
