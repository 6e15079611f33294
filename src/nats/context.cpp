#include "fairlead/nats/context.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>

#include <absl/strings/escaping.h>
#include <nlohmann/json.hpp>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

namespace filesystem = std::filesystem;
using Json = nlohmann::json;

// Settings that change how a connection is made and that are not followed yet. Others, such as
// those of JetStream and of colours, do not concern it.
constexpr const char* kUnsupported[] = {"creds",
                                        "nkey",
                                        "user_jwt",
                                        "user_seed",
                                        "nsc",
                                        "cert",
                                        "key",
                                        "ca",
                                        "tls_first",
                                        "socks_proxy",
                                        "windows_cert_store",
                                        "windows_cert_match_by",
                                        "windows_cert_match",
                                        "windows_ca_certs_match"};

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

/// The folder of the `nats` command's settings; empty if this user has none.
filesystem::path settings_folder() {
  const std::string config = environment("XDG_CONFIG_HOME");
  if (!config.empty()) return filesystem::path(config) / "nats";
  const std::string home = environment("HOME");
  if (!home.empty()) return filesystem::path(home) / ".config" / "nats";
  return {};
}

absl::StatusOr<std::string> read_file(const filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  // An empty file makes `<<` fail, so the stream's own state is asked.
  if (file) text << file.rdbuf();
  if (!file || filesystem::is_directory(path)) {
    return absl::NotFoundError(
        concat(path.string(), ": ", file ? "is a folder" : std::strerror(errno)));
  }
  return text.str();
}

/// `line:column` of a byte, both from 1.
std::string place_of(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, byte == 0 ? 0 : byte - 1);
  const std::size_t line_start = before.rfind('\n') + 1;  // 0 if there is none
  return concat(std::count(before.begin(), before.end(), '\n') + 1, ":",
                before.size() - line_start + 1);
}

/// The parser's own message would quote what it read, and that may be a password.
absl::StatusOr<Json> parse_object(const std::string& path, const std::string& text) {
  Json json;
  try {
    json = Json::parse(text);
  } catch (const Json::parse_error& error) {
    return absl::InvalidArgumentError(
        concat(path, ":", place_of(text, error.byte), ": not valid JSON"));
  }
  if (!json.is_object()) {
    return absl::InvalidArgumentError(concat(path, ":1:1: not a context: a JSON object is needed"));
  }
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
    return absl::InvalidArgumentError(
        concat(path, ": ", key, " is ", field->type_name(), " and should be a string"));
  }
  value = field->get<std::string>();
  return absl::OkStatus();
}

/// Secrets may be kept elsewhere and only named here. What names a place that cannot be read from
/// here is noted as unsupported.
absl::Status resolve_secret(const std::string& path, const char* key, std::string& secret,
                            std::vector<std::string>& unsupported) {
  const std::string_view text = secret;
  const auto rest = [&](std::string_view scheme) -> std::optional<std::string> {
    if (!text.starts_with(scheme)) return std::nullopt;
    return std::string(text.substr(scheme.size()));
  };
  if (const auto variable = rest("env://")) {
    if (std::getenv(variable->c_str()) == nullptr) {
      return absl::InvalidArgumentError(
          concat(path, ": ", key, ": environment variable ", *variable, " is not set"));
    }
    secret = environment(variable->c_str());
  } else if (const auto file = rest("file://")) {
    absl::StatusOr<std::string> content = read_file(*file);
    if (!content.ok()) {
      return absl::InvalidArgumentError(
          concat(path, ": ", key, ": ", message_of(content.status())));
    }
    secret = std::string(trim(*content));
  } else if (const auto data = rest("data:;base64,")) {
    if (!absl::Base64Unescape(*data, &secret)) {
      return absl::InvalidArgumentError(concat(path, ": ", key, ": not valid base64"));
    }
  } else if (rest("op://") || rest("nsc://")) {
    unsupported.push_back(concat(key, " (", text.substr(0, text.find(':')), "://)"));
    secret.clear();
  }
  return absl::OkStatus();
}

absl::StatusOr<Context> read_context(const filesystem::path& file, std::string name) {
  absl::StatusOr<std::string> text = read_file(file);
  if (!text.ok()) return text.status();
  const std::string path = file.string();
  absl::StatusOr<Json> json = parse_object(path, *text);
  if (!json.ok()) return json.status();

  Context context;
  const std::pair<const char*, std::string*> fields[] = {{"name", &context.name},
                                                         {"description", &context.description},
                                                         {"url", &context.url},
                                                         {"user", &context.user},
                                                         {"password", &context.password},
                                                         {"token", &context.token},
                                                         {"inbox_prefix", &context.inbox_prefix}};
  for (const auto& [key, value] : fields) {
    if (absl::Status status = read_string(path, *json, key, *value); !status.ok()) return status;
  }
  context.name = std::move(name);
  for (const char* key : kUnsupported) {
    const auto field = json->find(key);
    if (field != json->end() && is_set(*field)) context.unsupported.push_back(key);
  }
  const std::pair<const char*, std::string*> secrets[] = {{"password", &context.password},
                                                          {"token", &context.token}};
  for (const auto& [key, value] : secrets) {
    absl::Status status = resolve_secret(path, key, *value, context.unsupported);
    if (!status.ok()) return status;
  }
  return context;
}

std::string known_contexts() {
  const std::vector<std::string> names = list_contexts();
  if (names.empty()) return "there are none";
  std::string text = "there are: ";
  for (const std::string& name : names) append(text, name == names.front() ? "" : ", ", name);
  return text;
}

}  // namespace

absl::StatusOr<Context> load_context(const std::string& wanted) {
  const filesystem::path folder = settings_folder();
  std::string name = wanted.empty() ? environment("NATS_CONTEXT") : wanted;
  if (name.empty() && !folder.empty()) {
    const absl::StatusOr<std::string> selected = read_file(folder / "context.txt");
    if (selected.ok()) name = std::string(trim(*selected));
  }
  if (name.empty()) return Context();

  std::error_code ignored;
  if (name.ends_with(".json") && filesystem::is_regular_file(name, ignored)) {
    return read_context(name, filesystem::path(name).stem().string());
  }
  if (name.find_first_of(std::string_view("/\\\0", 3)) != std::string::npos ||
      name.find("..") != std::string::npos) {
    return absl::InvalidArgumentError(concat("\"", escape(name),
                                             "\" is not a context's name: it may not hold `/`, "
                                             "`\\` or `..`; a file must end in .json and exist"));
  }
  if (folder.empty()) {
    return absl::NotFoundError(
        concat("context ", name, ": neither XDG_CONFIG_HOME nor HOME is set"));
  }
  const filesystem::path file = folder / "context" / (name + ".json");
  if (!filesystem::exists(file, ignored)) {
    return absl::NotFoundError(concat("no NATS context is called ", name, " (", file.string(),
                                      " does not exist); ", known_contexts()));
  }
  return read_context(file, std::move(name));
}

std::vector<std::string> list_contexts() {
  std::vector<std::string> names;
  const filesystem::path folder = settings_folder();
  if (folder.empty()) return names;
  std::error_code error;
  filesystem::directory_iterator entry(folder / "context", error);
  for (; !error && entry != filesystem::directory_iterator(); entry.increment(error)) {
    std::error_code ignored;
    const filesystem::path& path = entry->path();
    if (path.extension() == ".json" && entry->is_regular_file(ignored) &&
        entry->file_size(ignored) > 0) {
      names.push_back(path.stem().string());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

absl::Status apply_context(const Context& context, ConnectOptions& options) {
  if (!context.unsupported.empty()) {
    std::string settings;
    for (const std::string& setting : context.unsupported) {
      append(settings, settings.empty() ? "" : ", ", setting);
    }
    return absl::FailedPreconditionError(concat(
        "NATS context ", context.name, " needs settings that are not supported yet: ", settings,
        "; use a URL or another context"));
  }
  if (!context.url.empty()) options.set_url(context.url);
  if (!context.user.empty()) options.set_user(context.user, context.password);
  if (!context.token.empty()) options.set_token(context.token);
  if (!context.inbox_prefix.empty()) options.set_inbox_prefix(context.inbox_prefix);
  return absl::OkStatus();
}

}  // namespace fairlead::nats
