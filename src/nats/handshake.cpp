#include "nats/handshake.hpp"

#include <limits>

#include <nlohmann/json.hpp>

#include "fairlead/version.hpp"

#include "core/json_depth.hpp"
#include "core/strings.hpp"
#include "nats/authentication.hpp"

namespace fairlead::nats {
namespace {

using Json = nlohmann::json;

/// Reads the fields of INFO; the first wrong one is remembered.
class InfoReader {
 public:
  explicit InfoReader(const Json& json) : json_(json) {}

  void read(const char* key, std::string& value) {
    if (const Json* field = find(key, "a string", &Json::is_string)) {
      value = field->get_ref<const std::string&>();
    }
  }
  void read(const char* key, bool& value) {
    if (const Json* field = find(key, "a boolean", &Json::is_boolean)) value = field->get<bool>();
  }
  template <typename Number>
  void read_number(const char* key, Number& value) {
    const Json* field = find(key, "a whole number from 0", &Json::is_number_unsigned);
    if (field == nullptr) return;
    const auto number = field->get<std::uint64_t>();
    if (number > std::numeric_limits<Number>::max()) return refuse(key, "a smaller number");
    value = static_cast<Number>(number);
  }
  void read(const char* key, std::vector<std::string>& values) {
    const Json* field = find(key, "a list of strings", &Json::is_array);
    if (field == nullptr) return;
    for (const Json& item : *field) {
      if (!item.is_string()) return refuse(key, "a list of strings");
      values.push_back(item.get_ref<const std::string&>());
    }
  }

  const absl::Status& status() const { return status_; }

 private:
  const Json* find(const char* key, const char* expected, bool (Json::*is)() const noexcept) {
    const auto field = json_.find(key);
    if (field == json_.end() || field->is_null()) return nullptr;
    if (((*field).*is)()) return &*field;
    refuse(key, expected);
    return nullptr;
  }
  void refuse(const char* key, const char* expected) {
    if (!status_.ok()) return;
    status_ = absl::InvalidArgumentError(concat("INFO: ", key, " is not ", expected));
  }

  const Json& json_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<ServerInfo> parse_server_info(std::string_view text) {
  if (nests_deeper_than(text, kMaxJsonDepth)) {
    return absl::InvalidArgumentError(concat("INFO nests deeper than ", kMaxJsonDepth, " levels"));
  }
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return absl::InvalidArgumentError("INFO is not a JSON object");
  ServerInfo info;
  InfoReader reader(json);
  reader.read("server_id", info.server_id);
  reader.read("server_name", info.server_name);
  reader.read("version", info.version);
  reader.read("host", info.host);
  reader.read_number("port", info.port);
  reader.read_number("max_payload", info.max_payload);
  reader.read_number("client_id", info.client_id);
  reader.read("headers", info.headers);
  reader.read("jetstream", info.jetstream);
  reader.read("auth_required", info.auth_required);
  reader.read("tls_required", info.tls_required);
  reader.read("tls_available", info.tls_available);
  reader.read("ldm", info.lame_duck);
  reader.read("nonce", info.nonce);
  reader.read("connect_urls", info.connect_urls);
  if (!reader.status().ok()) return reader.status();
  return info;
}

absl::StatusOr<std::string> connect_line(const ServerInfo& info, const ServerAddress& server,
                                         const ConnectOptions& options, bool encrypted) {
  const auto who = authenticate(options, server, info.nonce);
  if (!who.ok()) return who.status();
  // Everything is written out: a server takes absent fields for true (verbose, pedantic).
  nlohmann::ordered_json connect = {
      {"verbose", false},
      {"pedantic", false},
      {"tls_required", encrypted},
      {"name", options.name()},
      {"lang", "fairlead-c++"},
      {"version", kVersion},
      {"protocol", 1},
      {"echo", options.echo()},
      {"headers", info.headers},
      {"no_responders", info.headers},
  };
  if (!who->user.empty()) {
    connect["user"] = who->user;
    connect["pass"] = who->password;
  }
  const std::pair<const char*, const std::string*> rest[] = {{"auth_token", &who->token},
                                                             {"jwt", &who->jwt},
                                                             {"nkey", &who->nkey},
                                                             {"sig", &who->signature}};
  for (const auto& [key, value] : rest) {
    if (!value->empty()) connect[key] = *value;
  }
  return concat("CONNECT ", connect.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace),
                "\r\n");
}

}  // namespace fairlead::nats
