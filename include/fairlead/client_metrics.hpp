#pragma once

#include <string>

#include "fairlead/loop.hpp"

namespace fairlead {

/// What the clients on `loop` have done so far, those that are gone included, as Prometheus text
/// 0.0.4: `fairlead_client_handled_total`, `fairlead_client_handling_seconds`,
/// `fairlead_client_in_flight`. For programs that are no App, which shows them at `--metrics` by
/// itself. Empty before the first call. On the loop's thread.
std::string client_metrics(Loop& loop);

}  // namespace fairlead
