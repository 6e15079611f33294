#pragma once

#include <string>

namespace fairlead::codegen {

/// Whether `text` is a version as semver.org has it.
bool is_semantic_version(const std::string& text);

/// Whether `text` may be a name in NATS' service discovery (ADR-32).
bool is_discovery_name(const std::string& text);

/// What forbids `text` as a subject to publish to, as the end of a sentence; empty if nothing does.
std::string subject_fault(const std::string& text);

}  // namespace fairlead::codegen
