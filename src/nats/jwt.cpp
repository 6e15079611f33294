#include "nats/jwt.hpp"

#include <absl/strings/escaping.h>
#include <nlohmann/json.hpp>

#include "core/json_depth.hpp"
#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

absl::Status refuse(std::string_view what) {
  return absl::InvalidArgumentError(concat("not a JWT: ", what));
}

}  // namespace

absl::StatusOr<Jwt> parse_jwt(std::string_view text) {
  const auto parts = split(text, '.');
  if (parts.size() != 3) return refuse("three parts with dots between them are expected");
  std::string decoded[3];
  for (std::size_t i = 0; i < 3; ++i) {
    if (parts[i].empty() || !absl::WebSafeBase64Unescape(to_absl(parts[i]), &decoded[i])) {
      return refuse("a part is not base64url");
    }
  }
  const std::string& claims = decoded[1];
  if (nests_deeper_than(claims, kMaxJsonDepth)) return refuse("its claims nest too deep");
  const auto json = nlohmann::json::parse(claims, nullptr, false);
  if (!json.is_object()) return refuse("its claims are not a JSON object");

  Jwt jwt;
  if (const auto subject = json.find("sub"); subject != json.end() && subject->is_string()) {
    jwt.subject = subject->get<std::string>();
  }
  if (const auto expires = json.find("exp"); expires != json.end()) {
    if (!expires->is_number_integer()) return refuse("its expiry is not a whole number");
    const auto time = expires->get<std::int64_t>();
    if (expires->is_number_unsigned() && time < 0) return refuse("its expiry is out of range");
    if (time != 0) jwt.expires = time;  // 0 is what servers take for never
  }
  if (const auto nats = json.find("nats"); nats != json.end() && nats->is_object()) {
    const auto bearer = nats->find("bearer_token");
    jwt.bearer = bearer != nats->end() && bearer->is_boolean() && bearer->get<bool>();
  }
  return jwt;
}

}  // namespace fairlead::nats
