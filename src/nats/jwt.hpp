#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>

namespace fairlead::nats {

/// What a user JWT says of itself. Nothing is verified: that is for the server to do.
struct Jwt {
  std::string subject;                  // the public key of whom it is for; empty if it says none
  std::optional<std::int64_t> expires;  // seconds since 1970
  bool bearer = false;                  // whoever has it may use it without a key
};

/// Reads a JWT. INVALID_ARGUMENT saying what is wrong, without any of it.
absl::StatusOr<Jwt> parse_jwt(std::string_view text);

}  // namespace fairlead::nats
