#pragma once

#include <map>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/description.hpp"
#include "fairlead/middleware.hpp"

namespace fairlead::rpc {

/// Middlewares by the name of what they are for: a method, `calc.Calc.Average`, or in the options
/// of a client `Average`; a service, `calc.Calc`; the empty name: all.
using NamedMiddlewares = std::map<std::string, MiddlewareList>;

/// The middlewares that stand around the calls of one method, in a service or a client, and what
/// they may know of it: calls that still run outlive their server.
struct MethodMiddlewares {
  MiddlewareList list;
  MethodDescription method;
};

/// Those that a call of `method` meets, the outermost first: for all, for the service, for the
/// method.
MiddlewareList resolve_middlewares(const NamedMiddlewares& named, const ServiceDescription& service,
                                   const MethodDescription& method);

/// What a server has: each name must be that of one of `services` or of a method of theirs.
absl::Status check_middlewares(const NamedMiddlewares& named,
                               const std::vector<const ServiceDescription*>& services);

/// What a client of `service` has. Full names of other services are passed over.
absl::Status check_middlewares(const NamedMiddlewares& named, const ServiceDescription& service);

}  // namespace fairlead::rpc
