#pragma once

#include "bench/routes/load.hpp"

namespace fairlead::bench {

/// Measures the routes to a service in a process of its own. False if it cannot be done.
bool measure_remote(Rounds rounds);

}  // namespace fairlead::bench
