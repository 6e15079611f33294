#include "nats/server_error.hpp"

#include <utility>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

struct Rule {
  std::string_view prefix;
  absl::StatusCode code;
  bool connection_survives;
  std::string_view advice = {};
};

// What nats-server 2.9 to 2.15 send; a text that is not here ends the connection.
constexpr Rule kRules[] = {
    {"Authorization Violation", absl::StatusCode::kUnauthenticated, false,
     "check user, password, token or key; a JWT may have expired or been revoked"},
    {"User Authentication Expired", absl::StatusCode::kUnauthenticated, false,
     "the user's JWT has run out; get new credentials"},
    {"User Authentication Revoked", absl::StatusCode::kUnauthenticated, false,
     "ask whoever runs the account for new credentials"},
    {"Account Authentication Expired", absl::StatusCode::kUnauthenticated, false,
     "the account's JWT has run out; its operator must renew it"},
    {"Permissions Violation", absl::StatusCode::kPermissionDenied, true},
    {"Invalid Subject", absl::StatusCode::kInvalidArgument, true},
    {"Invalid Publish Subject", absl::StatusCode::kInvalidArgument, true},
    {"maximum subscriptions exceeded", absl::StatusCode::kResourceExhausted, true},
    {"maximum connections exceeded", absl::StatusCode::kUnavailable, false},
    {"maximum account active connections exceeded", absl::StatusCode::kUnavailable, false},
    {"Maximum Payload Violation", absl::StatusCode::kResourceExhausted, false},
    {"Maximum control line exceeded", absl::StatusCode::kResourceExhausted, false,
     "a JWT or a subject is too long for it; raise max_control_line (4096 bytes by default) in the "
     "server's configuration"},
    {"Secure Connection - TLS Required", absl::StatusCode::kFailedPrecondition, false,
     "encrypt the connection: begin the URL with tls://"},
};

// The word that stands in quotes after `before`; empty if there is none.
std::string quoted_after(std::string_view text, std::string_view before) {
  std::size_t at = 0;
  while (at < text.size() && !starts_with_ignore_case(text.substr(at), before)) ++at;
  if (at == text.size()) return {};
  text.remove_prefix(at + before.size());
  if (text.empty() || text.front() != '"') return {};
  text.remove_prefix(1);
  const std::size_t end = text.find('"');
  return end == std::string_view::npos ? std::string() : std::string(text.substr(0, end));
}

// Which subject a violation of permissions is about. Longest phrase first: one begins another.
void read_target(std::string_view text, ServerError& error) {
  constexpr std::pair<std::string_view, ErrorTarget> kPhrases[] = {
      {"Publish with Reply of ", ErrorTarget::kReply},
      {"Publish to ", ErrorTarget::kPublish},
      {"Subscription to ", ErrorTarget::kSubscription},
  };
  for (const auto& [phrase, target] : kPhrases) {
    error.subject = quoted_after(text, phrase);
    if (error.subject.empty()) continue;
    error.target = target;
    error.queue_group = quoted_after(text, "using queue ");
    return;
  }
}

}  // namespace

ServerError classify_server_error(std::string_view text) {
  ServerError error;
  std::string message = concat("the NATS server says: ", text);
  for (const Rule& rule : kRules) {
    if (!starts_with_ignore_case(text, rule.prefix)) continue;
    if (!rule.advice.empty()) append(message, "; ", rule.advice);
    error.status = absl::Status(rule.code, message);
    error.connection_survives = rule.connection_survives;
    if (absl::IsPermissionDenied(error.status)) read_target(text, error);
    return error;
  }
  error.status = absl::UnavailableError(message);
  return error;
}

}  // namespace fairlead::nats
