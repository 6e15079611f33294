#pragma once

#include <string_view>

namespace fairlead {

/// Whether `text` is a version as semver.org has it: `1.0.0`, `1.0.0-rc.1+build.5`.
bool is_semantic_version(std::string_view text);

/// Whether `text` may be a name in NATS' service discovery (ADR-32): letters, digits, `-`, `_`.
bool is_discovery_name(std::string_view text);

}  // namespace fairlead
