#pragma once

#include <string>

#include <absl/status/statusor.h>

namespace fairlead::nats {

/// All of a small file: settings, keys, credentials. NOT_FOUND with the path and why it cannot be
/// read; INVALID_ARGUMENT if it has more than a megabyte, which none of these has.
absl::StatusOr<std::string> read_file(const std::string& path);

}  // namespace fairlead::nats
