#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/description.hpp"
#include "fairlead/method_handler.hpp"

namespace fairlead {

/// A service ready to be hosted: its description and a handler for each method. Generated code
/// makes it of a user's class (`calc::CalcService::bind`); a Server or an App hosts it.
class Service {
 public:
  explicit Service(ServiceDescription description);

  const ServiceDescription& description() const { return description_; }

  /// Sets the handler of the method at `index` of the description.
  void set_handler(std::size_t index, std::shared_ptr<MethodHandler> handler);

  /// The handler of a method; null if this process does not host it.
  const std::shared_ptr<MethodHandler>& handler(std::size_t index) const {
    return handlers_[index];
  }

  /// Hosts only the methods named: the others are not subscribed to here, so that methods scale
  /// apart. A name that the service does not have is INVALID_ARGUMENT and changes nothing.
  absl::Status host_only(const std::vector<std::string>& methods);

  /// Puts `prefix` before every subject, instead of the description's own.
  void set_prefix(std::string prefix) { description_.prefix = std::move(prefix); }

 private:
  ServiceDescription description_;
  std::vector<std::shared_ptr<MethodHandler>> handlers_;
};

}  // namespace fairlead
