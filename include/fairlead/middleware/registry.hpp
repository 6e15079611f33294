#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/logger.hpp"
#include "fairlead/middleware.hpp"
#include "fairlead/middleware/settings.hpp"

namespace fairlead {

/// Makes a middleware as a configuration file wants it.
using MiddlewareFactory =
    std::function<absl::StatusOr<std::shared_ptr<Middleware>>(MiddlewareSettings&)>;

/// Middlewares by the names that configuration files know them by. `logging`, `recovery`,
/// `validation` and `rate-limit` are there from the start; an Authentication has a name once its
/// program gives it one.
class MiddlewareRegistry {
 public:
  /// `logger`: where `logging` in a client's file writes; a service's writes to the logger of its
  /// handlers.
  explicit MiddlewareRegistry(const Logger& logger = Logger());

  /// Adds a factory; a second one of a name takes the place of the first.
  void add(const std::string& name, MiddlewareFactory factory);

  /// Makes the middleware `name`. INVALID_ARGUMENT with the place if there is none of that name
  /// (with the nearest one), or if a setting is wrong.
  absl::StatusOr<std::shared_ptr<Middleware>> make(const std::string& name,
                                                   const std::string& place,
                                                   MiddlewareSettings settings) const;

  std::vector<std::string> names() const;

 private:
  std::map<std::string, MiddlewareFactory> factories_;
};

}  // namespace fairlead
