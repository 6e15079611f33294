#include "nats/handshake.hpp"

#include <nlohmann/json.hpp>

#include "fairlead/version.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {

absl::StatusOr<ServerInfo> parse_server_info(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object()) return absl::InvalidArgumentError("INFO is not a JSON object");
  ServerInfo info;
  try {
    info.server_id = json.value("server_id", "");
    info.server_name = json.value("server_name", "");
    info.version = json.value("version", "");
    info.host = json.value("host", "");
    info.port = json.value("port", std::uint16_t{0});
    info.max_payload = json.value("max_payload", info.max_payload);
    info.client_id = json.value("client_id", std::uint64_t{0});
    info.headers = json.value("headers", false);
    info.jetstream = json.value("jetstream", false);
    info.auth_required = json.value("auth_required", false);
    info.tls_required = json.value("tls_required", false);
    info.lame_duck = json.value("ldm", false);
  } catch (const nlohmann::json::exception& error) {
    return absl::InvalidArgumentError(concat("INFO has a wrong field: ", error.what()));
  }
  return info;
}

absl::StatusOr<std::string> connect_line(const ServerInfo& info, const ServerAddress& server,
                                         const ConnectOptions& options) {
  if (info.tls_required) {
    return absl::FailedPreconditionError("the server requires TLS, which is not supported yet");
  }
  // Everything is written out: a server takes absent fields for true (verbose, pedantic).
  nlohmann::ordered_json connect = {
      {"verbose", false},        {"pedantic", false},
      {"tls_required", false},   {"name", options.name()},
      {"lang", "fairlead-c++"},  {"version", kVersion},
      {"protocol", 1},           {"echo", options.echo()},
      {"headers", info.headers}, {"no_responders", info.headers},
  };
  const bool in_url = !server.user.empty() || !server.token.empty();
  const std::string& user = in_url ? server.user : options.user();
  const std::string& password = in_url ? server.password : options.password();
  const std::string& token = in_url ? server.token : options.token();
  if (!user.empty()) {
    connect["user"] = user;
    connect["pass"] = password;
  }
  if (!token.empty()) connect["auth_token"] = token;
  return concat("CONNECT ", connect.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                "\r\n");
}

}  // namespace fairlead::nats
