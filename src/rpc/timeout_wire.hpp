#pragma once

#include <chrono>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::rpc {

/// Room for a formatted timeout.
using TimeoutBuffer = char[16];

/// Formats a remaining time for the header `grpc-timeout`: up to 8 digits and a unit, the finest
/// that fits (gRPC over HTTP/2, "Timeout"). Negative times become `0n`.
std::string_view format_timeout(std::chrono::nanoseconds timeout, TimeoutBuffer& buffer);

/// Parses such a header. INVALID_ARGUMENT if it is not one. Times too long for a duration become
/// its largest value.
absl::StatusOr<std::chrono::nanoseconds> parse_timeout(std::string_view text);

}  // namespace fairlead::rpc
