#include "nats/access.hpp"

#include "core/strings.hpp"
#include "nats/file_path.hpp"

namespace fairlead::nats {
namespace {

absl::StatusOr<std::string> expand(std::string_view name, const std::string& path) {
  auto expanded = expand_path(path);
  if (expanded.ok()) return expanded;
  return absl::InvalidArgumentError(concat(name, ": ", message_of(expanded.status())));
}

absl::Status apply_keys(const Access& access, ConnectOptions& options) {
  if (access.creds.empty() && access.nkey.empty()) return absl::OkStatus();
  if (!access.creds.empty() && !access.nkey.empty()) {
    return absl::InvalidArgumentError("creds and nkey both say who connects; give one of them");
  }
  const auto creds = expand("creds", access.creds);
  if (!creds.ok()) return creds.status();
  const auto nkey = expand("nkey", access.nkey);
  if (!nkey.ok()) return nkey.status();
  options.set_user({}, {}).set_jwt({}).set_credentials_file(*creds).set_nkey_file(*nkey);
  return absl::OkStatus();
}

absl::Status apply_tls(const Access& access, ConnectOptions& options) {
  if (access.tls_cert.empty() != access.tls_key.empty()) {
    return absl::InvalidArgumentError(
        "tls-cert and tls-key need each other, and one of them is not given");
  }
  if (access.tls_ca.empty() && access.tls_cert.empty() && !access.tls_first) {
    return absl::OkStatus();
  }
  TlsOptions tls = options.tls().value_or(TlsOptions());
  if (!access.tls_ca.empty()) {
    const auto ca = expand("tls-ca", access.tls_ca);
    if (!ca.ok()) return ca.status();
    tls.set_ca_file(*ca);
  }
  if (!access.tls_cert.empty()) {
    const auto certificate = expand("tls-cert", access.tls_cert);
    if (!certificate.ok()) return certificate.status();
    const auto key = expand("tls-key", access.tls_key);
    if (!key.ok()) return key.status();
    tls.set_certificate(*certificate, *key);
  }
  if (access.tls_first) tls.set_first(true);
  options.set_tls(std::move(tls));
  return absl::OkStatus();
}

}  // namespace

Access nats_access(const std::function<std::string(const char* name)>& variable) {
  Access access;
  access.creds = variable("NATS_CREDS");
  access.nkey = variable("NATS_NKEY");
  access.tls_ca = variable("NATS_CA");
  access.tls_cert = variable("NATS_CERT");
  access.tls_key = variable("NATS_KEY");
  return access;
}

void complete(Access& access, const Access& others) {
  if (access.creds.empty() && access.nkey.empty()) {
    access.creds = others.creds;
    access.nkey = others.nkey;
  }
  if (access.tls_cert.empty() && access.tls_key.empty()) {
    access.tls_cert = others.tls_cert;
    access.tls_key = others.tls_key;
  }
  if (access.tls_ca.empty()) access.tls_ca = others.tls_ca;
  access.tls_first = access.tls_first || others.tls_first;
}

absl::Status apply_access(const Access& access, ConnectOptions& options) {
  if (absl::Status status = apply_keys(access, options); !status.ok()) return status;
  return apply_tls(access, options);
}

}  // namespace fairlead::nats
