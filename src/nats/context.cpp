#include "fairlead/nats/context.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include <absl/strings/str_join.h>

#include "core/strings.hpp"
#include "nats/context_file.hpp"
#include "nats/read_file.hpp"

namespace fairlead::nats {
namespace {

namespace filesystem = std::filesystem;

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

absl::StatusOr<Context> read_context(const filesystem::path& file, std::string name) {
  const std::string path = file.string();
  absl::StatusOr<std::string> text = read_file(path);
  if (!text.ok()) return text.status();
  absl::StatusOr<Context> context = parse_context(*text, path);
  if (!context.ok()) return context;
  context->name = std::move(name);
  if (absl::Status status = resolve_context(path, *context); !status.ok()) return status;
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
    const absl::StatusOr<std::string> selected = read_file((folder / "context.txt").string());
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
    return absl::FailedPreconditionError(
        concat("NATS context ", context.name, " needs settings that are not supported: ",
               absl::StrJoin(context.unsupported, ", "), "; use a URL or another context"));
  }
  if (!context.url.empty()) options.set_url(context.url);
  if (!context.user.empty()) options.set_user(context.user, context.password);
  if (!context.token.empty()) options.set_token(context.token);
  if (!context.credentials_file.empty()) options.set_credentials_file(context.credentials_file);
  if (!context.nkey_file.empty()) options.set_nkey_file(context.nkey_file);
  if (!context.jwt.empty() || !context.seed.empty()) options.set_jwt(context.jwt, context.seed);
  if (!context.inbox_prefix.empty()) options.set_inbox_prefix(context.inbox_prefix);
  if (context.tls_first || !context.ca_file.empty() || !context.certificate_file.empty()) {
    options.set_tls(TlsOptions()
                        .set_ca_file(context.ca_file)
                        .set_certificate(context.certificate_file, context.key_file)
                        .set_first(context.tls_first));
  }
  return absl::OkStatus();
}

}  // namespace fairlead::nats
