#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/settings.hpp"

namespace fairlead {

/// Environment variables by name.
using Environment = std::map<std::string, std::string>;

/// The variable that names the configuration file.
inline constexpr const char* kConfigVariable = "FAIRLEAD_CONFIG";

/// The environment of this process.
Environment process_environment();

/// The settings that environment variables give. An empty variable counts as not set.
std::vector<GivenSetting> settings_from(const Environment& environment);

/// A warning for each variable that starts with FAIRLEAD_ and means nothing, with the nearest one
/// that does. Not an error: other programs may share the environment.
std::vector<std::string> unknown_variables(const Environment& environment);

}  // namespace fairlead
