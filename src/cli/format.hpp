#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::cli {

/// A short time for people, three digits and a unit: `870 ns`, `1.25 ms`, `12.3 s`.
std::string format_duration(std::chrono::nanoseconds duration);

/// A long time for people, its two largest units: `45s`, `3m12s`, `2d4h`.
std::string format_age(std::chrono::nanoseconds age);

/// A number with its thousands apart: `1 234 567`.
std::string format_count(std::uint64_t count);

/// Reads a time as people write it: `500ms`, `2s`, `1m30s`; a bare number is seconds.
/// INVALID_ARGUMENT if it is none, or is not above zero.
absl::StatusOr<std::chrono::nanoseconds> parse_time(std::string_view text);

}  // namespace fairlead::cli
