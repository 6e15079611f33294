#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::discovery {

/// `bytes` in the gzip format.
std::string gzip(std::string_view bytes);

/// What was compressed with gzip. INVALID_ARGUMENT if it is damaged or cut, RESOURCE_EXHAUSTED if
/// it is larger than `limit` once unpacked.
absl::StatusOr<std::string> gunzip(std::string_view bytes, std::size_t limit = 64 << 20);

}  // namespace fairlead::discovery
