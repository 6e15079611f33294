#pragma once

#include <chrono>
#include <string>

#include <absl/status/statusor.h>

#include "fairlead/description.hpp"
#include "fairlead/task.hpp"

#include "discovery/finder.hpp"
#include "discovery/schema_client.hpp"

namespace fairlead::cli {

/// Fetches the schema of a running service, named by its full name or its name in discovery. When
/// none answers, the message tells what does run: a service of a similar name, or the same one
/// under another prefix. FAILED_PRECONDITION if the service publishes no schema.
Task<absl::StatusOr<discovery::SchemaView>> find_schema(nats::Connection connection,
                                                        discovery::Finder finder, std::string name,
                                                        std::string prefix,
                                                        std::chrono::nanoseconds timeout);

/// What the schema says of the service, as generated code would have it. Holds as long as the
/// schema.
ServiceDescription describe(const discovery::SchemaView& schema, const std::string& prefix);

/// The subject prefix under which an instance runs; empty if it has none or is not Fairlead's.
std::string prefix_of(const discovery::InfoResponse& info);

}  // namespace fairlead::cli
