#include "nats/tls_context.hpp"

#include <cstring>
#include <fstream>

#include <openssl/err.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

absl::Status file_error(std::string_view kind, const std::string& path, std::string_view reason) {
  return absl::InvalidArgumentError(concat("the ", kind, " \"", path, "\" ", reason));
}

// OpenSSL says little about files that are not there or not to be read.
absl::Status check_readable(std::string_view kind, const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (file.is_open()) file.peek();
  if (file.good()) return absl::OkStatus();
  if (file.eof()) return file_error(kind, path, "is empty");
  return file_error(kind, path, concat("cannot be read: ", std::strerror(errno)));
}

// In place of OpenSSL's own, which would ask at the terminal.
int refuse_passphrase(char*, int, int, void* asked) {
  *static_cast<bool*>(asked) = true;
  return -1;
}

absl::Status trust(SSL_CTX& context, const TlsOptions& options) {
  if (options.ca_file().empty()) {
    if (SSL_CTX_set_default_verify_paths(&context) == 1) return absl::OkStatus();
    return absl::InternalError(
        concat("the system's certificates cannot be used: ", take_openssl_error()));
  }
  absl::Status readable = check_readable("CA file", options.ca_file());
  if (!readable.ok()) return readable;
  if (SSL_CTX_load_verify_file(&context, options.ca_file().c_str()) == 1) return absl::OkStatus();
  return file_error("CA file", options.ca_file(),
                    concat("holds no certificate in PEM: ", take_openssl_error()));
}

absl::Status identify(SSL_CTX& context, const TlsOptions& options) {
  const std::string& certificate = options.certificate_file();
  const std::string& key = options.key_file();
  if (certificate.empty() && key.empty()) return absl::OkStatus();
  if (key.empty()) {
    return file_error("client certificate", certificate, "is of no use without its key file");
  }
  if (certificate.empty()) {
    return file_error("client key", key, "is of no use without its certificate file");
  }
  absl::Status readable = check_readable("client certificate", certificate);
  if (readable.ok()) readable = check_readable("client key", key);
  if (!readable.ok()) return readable;
  if (SSL_CTX_use_certificate_chain_file(&context, certificate.c_str()) != 1) {
    return file_error("client certificate", certificate,
                      concat("is no certificate in PEM that can be used: ", take_openssl_error()));
  }
  bool encrypted = false;
  SSL_CTX_set_default_passwd_cb(&context, refuse_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(&context, &encrypted);
  const bool loaded = SSL_CTX_use_PrivateKey_file(&context, key.c_str(), SSL_FILETYPE_PEM) == 1;
  SSL_CTX_set_default_passwd_cb_userdata(&context, nullptr);
  if (loaded) return absl::OkStatus();
  if (encrypted) {
    return file_error("client key", key, "is encrypted; give one without a passphrase");
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH ||
      ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_TYPE_MISMATCH) {
    ERR_clear_error();
    return file_error("client key", key,
                      concat("does not belong to the client certificate \"", certificate, "\""));
  }
  return file_error("client key", key, concat("is no private key in PEM: ", take_openssl_error()));
}

}  // namespace

std::string take_openssl_error() {
  const unsigned long code = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(code);
  if (ERR_SYSTEM_ERROR(code)) reason = std::strerror(ERR_GET_REASON(code));
  std::string text = reason ? reason : concat("OpenSSL error ", code);
  ERR_clear_error();
  return text;
}

absl::StatusOr<TlsContext> make_tls_context(const TlsOptions& options) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return absl::InternalError(concat("no TLS here: ", take_openssl_error()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_options(context.get(), SSL_OP_NO_RENEGOTIATION);
  // An idle connection keeps no record buffers: 34 KiB each way otherwise.
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  if (!options.insecure()) {
    absl::Status status = trust(*context, options);
    if (!status.ok()) return status;
  }
  absl::Status status = identify(*context, options);
  if (!status.ok()) return status;
  return context;
}

}  // namespace fairlead::nats
