#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "nats/secret.hpp"

namespace fairlead::nats {

/// What a credentials file (`.creds`, as `nsc generate creds` makes it) holds.
struct Credentials {
  std::string jwt;
  Secret seed;
};

/// Reads the text of a credentials file; `path` is what errors call it. INVALID_ARGUMENT names path
/// and line, and shows nothing of the text.
absl::StatusOr<Credentials> parse_credentials(std::string_view text, const std::string& path);

/// Reads a credentials file; NOT_FOUND if it cannot be read.
absl::StatusOr<Credentials> read_credentials(const std::string& path);

/// Reads a file that holds an NKey seed, alone or in the block of a credentials file.
absl::StatusOr<Secret> read_seed(const std::string& path);

}  // namespace fairlead::nats
