#include "layer/stack.hpp"

#include <utility>

#include "layer/breaker/breaker_layer.hpp"
#include "layer/hedge/hedge_layer.hpp"
#include "layer/retry/retry_layer.hpp"
#include "layer/throttle/throttle_layer.hpp"

namespace fairlead::layer {

std::vector<std::unique_ptr<rpc::Route>> make_layers(const CallPolicy& policy,
                                                     const std::string& method, Loop& loop,
                                                     rpc::Route& route, Random& random) {
  std::vector<std::unique_ptr<rpc::Route>> layers;
  const auto next = [&]() -> rpc::Route& { return layers.empty() ? route : *layers.back(); };
  if (policy.hedge()) layers.push_back(std::make_unique<HedgeLayer>(loop, next(), *policy.hedge()));
  if (policy.breaker()) {
    layers.push_back(std::make_unique<BreakerLayer>(loop, next(), *policy.breaker(), method));
  }
  if (policy.throttle()) {
    layers.push_back(
        std::make_unique<ThrottleLayer>(loop, next(), *policy.throttle(), method, random));
  }
  if (policy.retry()) {
    layers.push_back(std::make_unique<RetryLayer>(loop, next(), *policy.retry(), random));
  }
  return layers;
}

}  // namespace fairlead::layer
