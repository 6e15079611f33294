#pragma once

#include <string>
#include <vector>

#include <absl/status/statusor.h>

#include "fairlead/description.hpp"

namespace fairlead {

/// Which methods each of `services` hosts when only those in `names` are wanted: `Average` means
/// the methods of that name in all services, `calc.Calc.Average` the one. The result has the
/// methods of each service, in their order; a service without any is not hosted. INVALID_ARGUMENT
/// for a name that no service has, with the nearest.
absl::StatusOr<std::vector<std::vector<std::string>>> select_methods(
    const std::vector<std::string>& names, const std::vector<const ServiceDescription*>& services);

}  // namespace fairlead
