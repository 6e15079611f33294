#pragma once

#include <cstdint>
#include <string>

namespace fairlead::testing {

/// A key pair as NATS writes it.
struct NatsKey {
  std::string seed;
  std::string public_key;
};

/// The keys of the tests: the same each time, and worth nothing.
NatsKey operator_key();
NatsKey account_key();
NatsKey user_key();
NatsKey other_user_key();

/// The JWT of a user of account_key(), signed by `signer`, whose JWT it need not be.
struct UserClaims {
  NatsKey user = user_key();
  NatsKey signer = account_key();
  std::int64_t expires = 0;  // seconds since 1970; 0: never
  bool bearer = false;
  std::string name = "tester";
};
std::string user_jwt(const UserClaims& claims);

/// A credentials file as nsc writes it.
std::string credentials_text(const std::string& jwt, const std::string& seed);

/// The configuration of a server that trusts operator_key() and knows account_key().
std::string operator_mode_config();

}  // namespace fairlead::testing
