#include "nats/authentication.hpp"

#include <absl/strings/escaping.h>
#include <absl/time/clock.h>
#include <absl/time/time.h>

#include "core/strings.hpp"
#include "nats/credentials_file.hpp"
#include "nats/jwt.hpp"
#include "nats/nkey.hpp"

namespace fairlead::nats {
namespace {

absl::Status refuse(std::string_view place, std::string_view what) {
  return absl::UnauthenticatedError(concat(place, ": ", what));
}

absl::Status refuse(const absl::Status& status) {
  return absl::UnauthenticatedError(status.message());
}

/// A server would only say that it is no good, not why.
absl::Status check_expiry(const Jwt& jwt, std::string_view place) {
  if (!jwt.expires || *jwt.expires > absl::ToUnixSeconds(absl::Now())) return absl::OkStatus();
  const std::string time = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(*jwt.expires), absl::UTCTimeZone());
  return refuse(
      place, concat("the JWT expired at ", time, " by this machine's clock; get new credentials"));
}

absl::Status sign(const NKey& key, std::string_view place, std::string_view nonce,
                  Authentication& authentication) {
  if (nonce.empty()) {
    return refuse(place,
                  "the server asks for no signature: it is not set up for NKeys or JWTs; connect "
                  "to another or without a key");
  }
  const auto signature = key.sign(nonce);
  if (!signature.ok()) return refuse(place, message_of(signature.status()));
  authentication.signature = absl::WebSafeBase64Escape(*signature);
  return absl::OkStatus();
}

absl::Status use_seed(std::string_view seed, std::string_view place, std::string_view nonce,
                      Authentication& authentication) {
  const auto key = NKey::from_seed(seed);
  if (!key.ok()) return refuse(place, message_of(key.status()));
  authentication.nkey = key->public_key();
  return sign(*key, place, nonce, authentication);
}

absl::Status use_jwt(const std::string& text, std::string_view seed, std::string_view place,
                     std::string_view nonce, Authentication& authentication) {
  const auto jwt = parse_jwt(text);
  if (!jwt.ok()) return refuse(place, message_of(jwt.status()));
  if (absl::Status status = check_expiry(*jwt, place); !status.ok()) return status;
  authentication.jwt = text;
  if (seed.empty()) {
    if (jwt->bearer) return absl::OkStatus();
    return refuse(place, "the JWT is not a bearer token, so its seed is needed too");
  }
  const auto key = NKey::from_seed(seed);
  if (!key.ok()) return refuse(place, message_of(key.status()));
  if (!jwt->subject.empty() && jwt->subject != key->public_key()) {
    return refuse(place, concat("the seed is not that of the JWT: it belongs to ",
                                key->public_key(), ", the JWT to ", escape(jwt->subject)));
  }
  return sign(*key, place, nonce, authentication);
}

absl::Status use_options(const ConnectOptions& options, std::string_view nonce,
                         Authentication& authentication) {
  if (!options.user().empty()) {
    authentication.user = options.user();
    authentication.password = options.password();
    return absl::OkStatus();
  }
  if (const std::string& path = options.credentials_file(); !path.empty()) {
    const auto credentials = read_credentials(path);
    if (!credentials.ok()) return refuse(credentials.status());
    return use_jwt(credentials->jwt, credentials->seed.view(), path, nonce, authentication);
  }
  if (const std::string& path = options.nkey_file(); !path.empty()) {
    const auto seed = read_seed(path);
    if (!seed.ok()) return refuse(seed.status());
    return use_seed(seed->view(), path, nonce, authentication);
  }
  if (!options.jwt().empty()) {
    return use_jwt(options.jwt(), options.seed(), "user JWT", nonce, authentication);
  }
  if (!options.seed().empty()) {
    return use_seed(options.seed(), "NKey", nonce, authentication);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Authentication> authenticate(const ConnectOptions& options,
                                            const ServerAddress& server, std::string_view nonce) {
  Authentication authentication;
  if (!server.user.empty() || !server.token.empty()) {
    authentication.user = server.user;
    authentication.password = server.password;
    authentication.token = server.token;
    return authentication;
  }
  authentication.token = options.token();
  absl::Status status = use_options(options, nonce, authentication);
  if (!status.ok()) return status;
  return authentication;
}

}  // namespace fairlead::nats
