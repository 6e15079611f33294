#pragma once

#include <string>

#include <absl/status/statusor.h>

#include "fairlead/client_options.hpp"
#include "fairlead/middleware/registry.hpp"

namespace fairlead {

/// Reads the options of clients from a YAML file, in the words of the .proto:
///
///   timeout: 2s
///   prefix: staging
///   route: direct
///   retry: on
///   breaker: { failure_ratio: 0.3, open_time: 10s }
///   methods:
///     calc.Calc.Average:
///       timeout: 500ms
///       hedge: on
///   middleware: [logging, validation]
///
/// The environment variable FAIRLEAD_ROUTE, if it is set, holds before `route`. A layer is `on`,
/// `off`, or on with the numbers that are given. NOT_FOUND if the file cannot be read;
/// INVALID_ARGUMENT with file and line for what is not YAML, unknown names (with the nearest known
/// one), names given twice and values that are wrong. docs/resilience.md has all names.
/// Middlewares are made by `registry`, each of them once.
absl::StatusOr<ClientOptions> load_client_options(
    const std::string& path, const MiddlewareRegistry& registry = MiddlewareRegistry());

}  // namespace fairlead
