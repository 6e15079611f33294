#include "nats/server_error.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

struct Rule {
  std::string_view prefix;
  absl::StatusCode code;
  bool connection_survives;
};

// What nats-server 2.9 to 2.15 send; a text that is not here ends the connection.
constexpr Rule kRules[] = {
    {"Authorization Violation", absl::StatusCode::kUnauthenticated, false},
    {"User Authentication Expired", absl::StatusCode::kUnauthenticated, false},
    {"User Authentication Revoked", absl::StatusCode::kUnauthenticated, false},
    {"Account Authentication Expired", absl::StatusCode::kUnauthenticated, false},
    {"Permissions Violation", absl::StatusCode::kPermissionDenied, true},
    {"Invalid Subject", absl::StatusCode::kInvalidArgument, true},
    {"Invalid Publish Subject", absl::StatusCode::kInvalidArgument, true},
    {"maximum subscriptions exceeded", absl::StatusCode::kResourceExhausted, true},
    {"maximum connections exceeded", absl::StatusCode::kUnavailable, false},
    {"maximum account active connections exceeded", absl::StatusCode::kUnavailable, false},
    {"Maximum Payload Violation", absl::StatusCode::kResourceExhausted, false},
    {"Secure Connection - TLS Required", absl::StatusCode::kFailedPrecondition, false},
};

}  // namespace

ServerError classify_server_error(std::string_view text) {
  ServerError error;
  const std::string message = concat("the NATS server says: ", text);
  for (const Rule& rule : kRules) {
    if (!starts_with_ignore_case(text, rule.prefix)) continue;
    error.status = absl::Status(rule.code, message);
    error.connection_survives = rule.connection_survives;
    return error;
  }
  error.status = absl::UnavailableError(message);
  return error;
}

}  // namespace fairlead::nats
