#pragma once

#include <string>

#include <absl/status/statusor.h>

namespace fairlead::nats {

/// All of a small file: settings, keys, credentials. NOT_FOUND with the path and why it cannot be
/// read; INVALID_ARGUMENT if it has more than a megabyte, which none of these has, and, without a
/// word of it, if `path` is what should be in the file.
absl::StatusOr<std::string> read_file(const std::string& path);

}  // namespace fairlead::nats
