#pragma once

#include "fairlead/loop.hpp"

#include "core/loop_core.hpp"
#include "rpc/route.hpp"

namespace fairlead::layer {

/// A policy on the way of a call: a route that wraps the next layer, or the route itself. What it
/// decides is the business of a state machine beside it, which is told of time and does no I/O.
class Layer : public rpc::Route {
 public:
  /// Both outlive the layer.
  Layer(Loop& loop, rpc::Route& next) : loop_(loop), next_(next) {}

  /// Nobody waits for a one-way call, so there is nothing to decide.
  absl::Status send(const rpc::OutgoingCall& call) final { return next_.send(call); }

 protected:
  Loop& loop() const { return loop_; }
  rpc::Route& next() const { return next_; }
  Deadline::TimePoint now() const { return loop_.core().now(); }

 private:
  Loop& loop_;
  rpc::Route& next_;
};

}  // namespace fairlead::layer
