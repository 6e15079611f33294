#pragma once

#include <string>
#include <string_view>

#include <absl/status/statusor.h>

#include "fairlead/nats/connect_options.hpp"

#include "nats/url.hpp"

namespace fairlead::nats {

/// What CONNECT says of who connects; what is empty is not said.
struct Authentication {
  std::string user;
  std::string password;
  std::string token;
  std::string jwt;
  std::string nkey;       // the public key, where there is no JWT that names it
  std::string signature;  // of the server's nonce, base64url without padding
};

/// Says who connects to `server`, whose INFO had `nonce`. Credentials in the server's URL stand
/// alone; else the first of these that the options have, and a token beside it: user and password,
/// credentials file, NKey file, JWT and seed, JWT alone (bearer), seed alone. Files are read now.
/// UNAUTHENTICATED says what is wrong and where, never a secret.
absl::StatusOr<Authentication> authenticate(const ConnectOptions& options,
                                            const ServerAddress& server, std::string_view nonce);

}  // namespace fairlead::nats
