#pragma once

#include <string>

#include <absl/status/status.h>
#include <yaml-cpp/yaml.h>

#include "fairlead/middleware/registry.hpp"

#include "rpc/middleware_resolution.hpp"

namespace fairlead {

/// Reads a list of middlewares, the outermost first: names, or names with settings. Errors name the
/// place in `path`.
///
///   - logging
///   - rate-limit: { calls_per_second: 100 }
absl::StatusOr<MiddlewareList> read_middleware_list(const YAML::Node& list, const std::string& path,
                                                    const MiddlewareRegistry& registry);

/// Reads what the configuration file of a service says of middlewares, under `middleware` and
/// `services`:
///
///   middleware: [logging, recovery]
///   services:
///     calc.Calc:
///       middleware: [validation]
///       methods:
///         Average: { middleware: [rate-limit: { calls_per_second: 100 }] }
///
/// Whether there are such services and methods is for others to check.
absl::StatusOr<rpc::NamedMiddlewares> parse_service_middlewares(const std::string& text,
                                                                const std::string& path,
                                                                const MiddlewareRegistry& registry);

}  // namespace fairlead
