#include <cstdlib>

#include <absl/strings/escaping.h>

#include "core/strings.hpp"
#include "nats/context_file.hpp"
#include "nats/credentials_file.hpp"
#include "nats/file_path.hpp"
#include "nats/nkey.hpp"
#include "nats/read_file.hpp"

namespace fairlead::nats {
namespace {

/// Where a value is kept, by the scheme that it starts with.
enum class Kept { kHere, kFile, kVariable, kData, kElsewhere };

/// Takes the scheme off `text`. An unknown one is a part of the value.
Kept take_scheme(std::string_view& text) {
  constexpr std::pair<std::string_view, Kept> kSchemes[] = {{"file://", Kept::kFile},
                                                            {"env://", Kept::kVariable},
                                                            {"data:;base64,", Kept::kData},
                                                            {"op://", Kept::kElsewhere},
                                                            {"nsc://", Kept::kElsewhere}};
  for (const auto& [scheme, kept] : kSchemes) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(scheme.size());
    return kept;
  }
  return Kept::kHere;
}

class Resolver {
 public:
  Resolver(const std::string& path, Context& context) : path_(path), context_(context) {}

  absl::Status resolve() {
    secret("password", context_.password);
    secret("token", context_.token);
    secret("user_jwt", context_.jwt);
    secret("user_seed", context_.seed);
    credentials();
    nkey();
    tls_file("cert", context_.certificate_file);
    tls_file("key", context_.key_file);
    tls_file("ca", context_.ca_file);
    return status_;
  }

 private:
  void secret(const char* key, std::string& value) {
    std::string_view rest = value;
    const Kept kept = take_scheme(rest);
    if (kept == Kept::kHere) return;
    const std::string place(rest);
    if (kept == Kept::kFile) {
      const auto file = expand_path(place);
      if (!file.ok()) return refuse(key, message_of(file.status()));
      const auto content = read_file(*file);
      if (!content.ok()) return refuse(key, message_of(content.status()));
      value = std::string(trim(*content));
    } else if (!content_of(key, kept, place, value)) {
      value.clear();
    }
  }

  void credentials() {
    std::string text;
    if (!content_or_path("creds", context_.credentials_file, text)) return;
    auto parsed = parse_credentials(text, "the credentials");
    if (!parsed.ok()) return refuse("creds", message_of(parsed.status()));
    context_.jwt = std::move(parsed->jwt);
    context_.seed = std::string(parsed->seed.view());
  }

  void nkey() {
    std::string text;
    if (!content_or_path("nkey", context_.nkey_file, text)) return;
    const auto key = NKey::from_seed(trim(text));
    if (!key.ok()) return refuse("nkey", message_of(key.status()));
    context_.seed = std::string(trim(text));
  }

  /// Makes of `value` a path, or takes it away: true if what it stands for is in `content`.
  bool content_or_path(const char* key, std::string& value, std::string& content) {
    std::string_view rest = value;
    const Kept kept = take_scheme(rest);
    const std::string place(rest);
    if (kept == Kept::kHere || kept == Kept::kFile) {
      expand(key, place, value);
      return false;
    }
    value.clear();
    return content_of(key, kept, place, content);
  }

  /// What a variable or base64 says; false if that cannot be had.
  bool content_of(const char* key, Kept kept, const std::string& place, std::string& content) {
    if (kept == Kept::kElsewhere) {
      context_.unsupported.push_back(concat(key, " (kept in another program)"));
      return false;
    }
    if (kept == Kept::kVariable) {
      const char* const found = std::getenv(place.c_str());
      if (found == nullptr) {
        refuse(key, concat("environment variable ", escape(place), " is not set"));
        return false;
      }
      content = found;
      return true;
    }
    if (absl::Base64Unescape(place, &content)) return true;
    refuse(key, "not valid base64");
    return false;
  }

  void tls_file(const char* key, std::string& value) {
    std::string_view rest = value;
    const Kept kept = take_scheme(rest);
    if (kept != Kept::kHere && kept != Kept::kFile) return refuse(key, "must be a file");
    expand(key, std::string(rest), value);
  }

  void expand(const char* key, const std::string& path, std::string& value) {
    auto expanded = expand_path(path);
    if (!expanded.ok()) return refuse(key, message_of(expanded.status()));
    value = *std::move(expanded);
  }

  void refuse(const char* key, std::string_view what) {
    status_.Update(absl::InvalidArgumentError(concat(path_, ": ", key, ": ", what)));
  }

  const std::string& path_;
  Context& context_;
  absl::Status status_;
};

}  // namespace

absl::Status resolve_context(const std::string& path, Context& context) {
  return Resolver(path, context).resolve();
}

}  // namespace fairlead::nats
