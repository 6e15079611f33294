#include "route/direct/ticket.hpp"

#include <nlohmann/json.hpp>

#include "core/json_depth.hpp"
#include "core/strings.hpp"

namespace fairlead::route::direct {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kDepth = 4;
constexpr std::string_view kHash = "sha256:";

// An object; else null.
Json parse_object(std::string_view text) {
  if (nests_deeper_than(text, kDepth)) return nullptr;
  Json json = Json::parse(text, nullptr, false);
  return json.is_object() ? json : Json(nullptr);
}

std::string text_in(const Json& json, const char* key) {
  const auto field = json.find(key);
  return field != json.end() && field->is_string() ? field->get<std::string>() : "";
}

absl::Status wrong_field(std::string_view what, std::string_view key) {
  return absl::InvalidArgumentError(
      concat(what, " has no ", key, ", or it is not what it must be"));
}

}  // namespace

std::string to_json(const Ticket& ticket) {
  const Json json = {{"instance", ticket.instance},
                     {"addresses", ticket.addresses},
                     {"token", ticket.token},
                     {"socket_token", ticket.socket_token},
                     {"proof", ticket.proof},
                     {"certificate", concat(kHash, ticket.certificate)},
                     {"max_payload", ticket.max_payload}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

absl::StatusOr<Ticket> parse_ticket(std::string_view text) {
  const Json json = parse_object(text);
  if (json.is_null()) return absl::InvalidArgumentError("the ticket is no JSON object");
  Ticket ticket;
  ticket.instance = text_in(json, "instance");
  if (ticket.instance.empty()) return wrong_field("the ticket", "instance");
  ticket.token = text_in(json, "token");
  if (ticket.token.empty()) return wrong_field("the ticket", "token");
  ticket.socket_token = text_in(json, "socket_token");
  if (ticket.socket_token.empty()) return wrong_field("the ticket", "socket_token");
  ticket.proof = text_in(json, "proof");
  if (ticket.proof.empty()) return wrong_field("the ticket", "proof");
  const std::string certificate = text_in(json, "certificate");
  if (certificate.size() != kHash.size() + 64 || !certificate.starts_with(kHash)) {
    return wrong_field("the ticket", "certificate");
  }
  ticket.certificate = certificate.substr(kHash.size());
  const auto addresses = json.find("addresses");
  if (addresses == json.end() || !addresses->is_array()) {
    return wrong_field("the ticket", "addresses");
  }
  for (const Json& address : *addresses) {
    if (!address.is_string()) return wrong_field("the ticket", "addresses");
    ticket.addresses.push_back(address.get<std::string>());
  }
  const auto size = json.find("max_payload");
  if (size == json.end() || !size->is_number_unsigned()) {
    return wrong_field("the ticket", "max_payload");
  }
  ticket.max_payload = size->get<std::size_t>();
  return ticket;
}

std::string to_json(const InstanceName& name) {
  return Json{{"instance", name.instance}}.dump();
}

std::string parse_instance_name(std::string_view text) {
  const Json json = parse_object(text);
  return json.is_null() ? "" : text_in(json, "instance");
}

std::string connect_json(std::string_view token) {
  return Json{{"ticket", token}}.dump();
}

std::string parse_connect(std::string_view text) {
  const Json json = parse_object(text);
  return json.is_null() ? "" : text_in(json, "ticket");
}

std::string to_json(const LinkInfo& info) {
  Json json = {{"proof", info.proof}};
  if (info.leaving) json["ldm"] = true;
  return json.dump();
}

absl::StatusOr<LinkInfo> parse_link_info(std::string_view text) {
  const Json json = parse_object(text);
  if (json.is_null()) return absl::InvalidArgumentError("INFO is no JSON object");
  LinkInfo info;
  info.proof = text_in(json, "proof");
  const auto leaving = json.find("ldm");
  info.leaving = leaving != json.end() && leaving->is_boolean() && leaving->get<bool>();
  return info;
}

}  // namespace fairlead::route::direct
