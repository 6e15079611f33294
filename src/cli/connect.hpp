#pragma once

#include <functional>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

#include "cli/command_line.hpp"

namespace fairlead::cli {

/// Which NATS to use, as services choose it too: the flags, else FAIRLEAD_NATS or FAIRLEAD_CONTEXT,
/// else NATS_URL, else what load_context() finds. Keys and certificates come from the flags, else
/// FAIRLEAD_CREDS and the like, else NATS_CREDS and the like unless a flag or FAIRLEAD_CONTEXT
/// names a context, else the context. INVALID_ARGUMENT for two answers from one place.
absl::StatusOr<nats::ConnectOptions> connect_options(const ConnectionFlags& flags);

/// The flag `--timeout`, or `otherwise` if it was not given.
absl::StatusOr<std::chrono::nanoseconds> timeout_of(const ConnectionFlags& flags,
                                                    std::chrono::nanoseconds otherwise);

/// Connects, runs `work` and closes; returns what `work` returns, the exit code.
int run_connected(const ConnectionFlags& flags,
                  const std::function<Task<int>(nats::Connection)>& work);

/// Writes what went wrong to the standard error stream and returns the exit code that goes with it.
int fail(const absl::Status& status);
int wrong_usage(std::string_view message);

}  // namespace fairlead::cli
