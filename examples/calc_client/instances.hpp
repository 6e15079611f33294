#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <absl/status/statusor.h>

#include "fairlead/nats/connection.hpp"

/// How many calls of Average each instance of calc.Calc has answered so far, by instance id: every
/// service tells, to whoever asks on $SRV.STATS.
fairlead::Task<absl::StatusOr<std::map<std::string, std::uint64_t>>> count_by_instance(
    fairlead::nats::Connection connection);
