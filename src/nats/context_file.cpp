#include "nats/context_file.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/json_depth.hpp"
#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

using Json = nlohmann::json;

// Settings that change how a connection is made and that cannot be followed. Others, such as those
// of JetStream and of colours, do not concern it.
constexpr const char* kUnsupported[] = {"nsc",
                                        "socks_proxy",
                                        "windows_cert_store",
                                        "windows_cert_match_by",
                                        "windows_cert_match",
                                        "windows_ca_certs_match"};

absl::Status wrong(const std::string& path, std::string_view what) {
  return absl::InvalidArgumentError(concat(path, ": ", what));
}

/// `line:column` of a byte, both from 1.
std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 if there is none
  return concat(std::count(before.begin(), before.end(), '\n') + 1, ":",
                before.size() - line_start + 1);
}

/// The parser's own message would quote what it read, and that may be a password.
absl::StatusOr<Json> parse_object(const std::string& path, std::string_view text) {
  if (nests_deeper_than(text, kMaxJsonDepth)) {
    return wrong(path, concat("nests deeper than ", kMaxJsonDepth, " levels"));
  }
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return wrong(concat(path, ":", place_of(text, error.byte)), "not valid JSON");
  } catch (const Json::out_of_range&) {
    return wrong(path, "a number in it is too large");
  }
  if (!json.is_object()) return wrong(path + ":1:1", "not a context: a JSON object is needed");
  return json;
}

bool is_set(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.is_null() && !value.empty();
}

absl::Status read_string(const std::string& path, const Json& json, const char* key,
                         std::string& value) {
  const auto field = json.find(key);
  if (field == json.end() || field->is_null()) return absl::OkStatus();
  if (!field->is_string()) {
    return wrong(path, concat(key, " is ", field->type_name(), " and should be a string"));
  }
  value = field->get<std::string>();
  return absl::OkStatus();
}

/// Which settings a context may not leave to a guess.
absl::Status check(const std::string& path, const Context& context) {
  std::string ways;
  int count = 0;
  const std::pair<const char*, const std::string*> all[] = {{"user", &context.user},
                                                            {"creds", &context.credentials_file},
                                                            {"nkey", &context.nkey_file},
                                                            {"user_jwt", &context.jwt}};
  for (const auto& [key, value] : all) {
    if (value->empty()) continue;
    append(ways, ways.empty() ? "" : ", ", key);
    ++count;
  }
  if (count > 1) return wrong(path, concat(ways, ": only one of these may say who connects"));
  if (!context.seed.empty() && context.jwt.empty()) {
    return wrong(path, "user_seed is given without user_jwt");
  }
  if (context.certificate_file.empty() != context.key_file.empty()) {
    return wrong(path, "cert and key need each other, and one of them is not given");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Context> parse_context(std::string_view text, const std::string& path) {
  const absl::StatusOr<Json> json = parse_object(path, text);
  if (!json.ok()) return json.status();

  Context context;
  const std::pair<const char*, std::string*> fields[] = {{"name", &context.name},
                                                         {"description", &context.description},
                                                         {"url", &context.url},
                                                         {"user", &context.user},
                                                         {"password", &context.password},
                                                         {"token", &context.token},
                                                         {"creds", &context.credentials_file},
                                                         {"nkey", &context.nkey_file},
                                                         {"user_jwt", &context.jwt},
                                                         {"user_seed", &context.seed},
                                                         {"cert", &context.certificate_file},
                                                         {"key", &context.key_file},
                                                         {"ca", &context.ca_file},
                                                         {"inbox_prefix", &context.inbox_prefix}};
  for (const auto& [key, value] : fields) {
    if (absl::Status status = read_string(path, *json, key, *value); !status.ok()) return status;
  }
  if (const auto first = json->find("tls_first"); first != json->end() && !first->is_null()) {
    if (!first->is_boolean()) {
      return wrong(path, concat("tls_first is ", first->type_name(), " and should be a boolean"));
    }
    context.tls_first = first->get<bool>();
  }
  for (const char* key : kUnsupported) {
    const auto field = json->find(key);
    if (field != json->end() && is_set(*field)) context.unsupported.emplace_back(key);
  }
  if (absl::Status status = check(path, context); !status.ok()) return status;
  return context;
}

}  // namespace fairlead::nats
