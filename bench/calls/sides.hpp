#pragma once

#include "bench/calls/options.hpp"

namespace fairlead::bench {

/// Serves until the standard input ends; tells on the standard output when it can be called.
/// Returns the program's exit code.
int serve(const Options& options);

/// Makes the calls.
peer::Result load(const Options& options);

}  // namespace fairlead::bench
