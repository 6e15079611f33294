#pragma once

#include <string>

#include "fairlead/loop.hpp"

namespace fairlead {

/// What happened on `loop` so far, as Prometheus text 0.0.4: the calls of its clients, those that
/// are gone included (`fairlead_client_handled_total`, `fairlead_client_handling_seconds`,
/// `fairlead_client_in_flight`), and what its services recorded through Context::metrics(). For
/// programs that are only clients, and for tests; an App shows it at `--metrics` by itself. On the
/// loop's thread.
std::string loop_metrics(Loop& loop);

}  // namespace fairlead
