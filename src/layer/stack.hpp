#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fairlead/call_policy.hpp"
#include "fairlead/loop.hpp"

#include "core/random.hpp"
#include "rpc/route.hpp"

namespace fairlead::layer {

/// The layers that `policy` turns on for one method, the innermost first, around `route`; empty if
/// none is on. A call enters at the last one. `loop`, `route` and `random` outlive them.
///
/// From the outside in: retry, throttle, breaker, hedge. Each attempt of a retried call asks the
/// throttle and the breaker anew, so that attempts count as calls and an open breaker ends them; a
/// refusal by the throttle is no verdict on the service, so it stays outside of the breaker; and a
/// hedged call is one call for all of them, however many are sent.
std::vector<std::unique_ptr<rpc::Route>> make_layers(const CallPolicy& policy,
                                                     const std::string& method, Loop& loop,
                                                     rpc::Route& route, Random& random);

}  // namespace fairlead::layer
