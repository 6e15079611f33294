#include "nats/tls_engine.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "core/strings.hpp"
#include "nats/tls_bio.hpp"
#include "nats/tls_certificate.hpp"
#include "nats/tls_context.hpp"
#include "nats/tls_identity.hpp"

namespace fairlead::nats {
namespace {

// The types of TLS records: change of cipher, alert, handshake, application data.
bool starts_a_record(char byte) {
  return byte >= 0x14 && byte <= 0x17;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TlsEngine>> TlsEngine::create(const TlsOptions& options,
                                                             const std::string& name) {
  std::unique_ptr<TlsEngine> engine(new TlsEngine(options, name));
  absl::Status status = engine->set_up();
  if (!status.ok()) return status;
  return engine;
}

absl::StatusOr<std::unique_ptr<TlsEngine>> TlsEngine::create_pinned(std::string fingerprint,
                                                                    std::string_view peer) {
  std::unique_ptr<TlsEngine> engine(new TlsEngine(TlsOptions().set_insecure(true), ""));
  engine->peer_ = peer;
  engine->is_to_server_ = false;
  engine->pin_ = std::move(fingerprint);
  const auto context = make_tls_context(engine->options_);
  if (!context.ok()) return context.status();
  SSL_CTX_set_min_proto_version(context->get(), TLS1_3_VERSION);
  absl::Status status = engine->use(**context);
  if (!status.ok()) return status;
  // Proof that the peer has the certificate's key is part of the handshake all the same.
  SSL_set_connect_state(engine->ssl_.get());
  return engine;
}

absl::StatusOr<std::unique_ptr<TlsEngine>> TlsEngine::accept(const TlsIdentity& identity,
                                                             std::string_view peer) {
  std::unique_ptr<TlsEngine> engine(new TlsEngine(TlsOptions(), ""));
  engine->peer_ = peer;
  engine->is_to_server_ = false;
  absl::Status status = engine->use(identity.context());
  if (!status.ok()) return status;
  SSL_set_accept_state(engine->ssl_.get());
  return engine;
}

absl::Status TlsEngine::use(SSL_CTX& context) {
  ssl_.reset(SSL_new(&context));
  BIO* const bio = ssl_ ? make_tls_bio(input_, output_) : nullptr;
  if (!bio) return absl::InternalError(concat("no TLS here: ", take_openssl_error()));
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_app_data(ssl_.get(), this);
  return absl::OkStatus();
}

absl::Status TlsEngine::set_up() {
  const auto context = make_tls_context(options_);
  if (!context.ok()) return context.status();
  absl::Status status = use(**context);
  if (!status.ok()) return status;
  SSL_set_connect_state(ssl_.get());
  if (!options_.insecure()) SSL_set_verify(ssl_.get(), SSL_VERIFY_PEER, &TlsEngine::on_verified);
  return set_name();
}

absl::Status TlsEngine::set_name() {
  if (!name_.empty() && name_.back() == '.') name_.pop_back();  // certificates have none at the end
  if (name_.empty()) {
    // OpenSSL would take that for leave to accept any name.
    if (options_.insecure()) return absl::OkStatus();
    return absl::InvalidArgumentError("the name of a server to reach by TLS is empty");
  }
  X509_VERIFY_PARAM* const wanted = SSL_get0_param(ssl_.get());
  if (X509_VERIFY_PARAM_set1_ip_asc(wanted, name_.c_str()) == 1) return absl::OkStatus();
  ERR_clear_error();
  X509_VERIFY_PARAM_set_hostflags(wanted, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  if (X509_VERIFY_PARAM_set1_host(wanted, name_.data(), name_.size()) == 1 &&
      SSL_set_tlsext_host_name(ssl_.get(), name_.c_str()) == 1) {
    return absl::OkStatus();
  }
  ERR_clear_error();
  return absl::InvalidArgumentError(
      concat("\"", escape(name_), "\" cannot be the name of a server to reach by TLS"));
}

int TlsEngine::on_verified(int accepted, X509_STORE_CTX* store) {
  if (accepted) return 1;
  const auto* const ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  TlsObjection& objection = static_cast<TlsEngine*>(SSL_get_app_data(ssl))->objection_;
  objection.code = X509_STORE_CTX_get_error(store);
  objection.depth = X509_STORE_CTX_get_error_depth(store);
  X509* const certificate = X509_STORE_CTX_get_current_cert(store);
  if (certificate) X509_up_ref(certificate);
  objection.certificate.reset(certificate);
  return 0;
}

absl::StatusOr<bool> TlsEngine::handshake() {
  if (!heard_ && !input_.empty()) {
    heard_ = true;
    if (!starts_a_record(*input_.data())) {
      return absl::UnavailableError(concat(is_to_server_ ? "the server" : peer_,
                                           " does not speak TLS: its answer begins with \"",
                                           escape(input_.view().substr(0, 32)), "\""));
    }
  }
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  if (result == 1) {
    if (!is_to_server_) {
      absl::Status status = check_pin();
      if (!status.ok()) return status;
      return true;
    }
    // Nobody is to be judged any more, and the authorities of a system take a megabyte and more.
    SSL_CTX_set_cert_store(SSL_get_SSL_CTX(ssl_.get()), X509_STORE_new());
    return true;
  }
  const int error = SSL_get_error(ssl_.get(), result);
  if (error == SSL_ERROR_WANT_READ) return false;
  return failure(error);
}

absl::Status TlsEngine::check_pin() {
  if (pin_.empty()) return absl::OkStatus();
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate && fingerprint_of(*certificate) == pin_) return absl::OkStatus();
  return absl::UnauthenticatedError(concat(peer_, " has not the certificate that it must have"));
}

absl::StatusOr<std::size_t> TlsEngine::read(char* to, std::size_t size) {
  if (!read_failure_.ok()) return read_failure_;
  std::size_t total = 0;
  while (total < size) {
    std::size_t count = 0;
    ERR_clear_error();
    const int result = SSL_read_ex(ssl_.get(), to + total, size - total, &count);
    total += count;
    if (result == 1) {
      if (input_.empty() && SSL_pending(ssl_.get()) == 0) break;
      continue;
    }
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) break;
    read_failure_ = failure(error);
    if (total == 0) return read_failure_;
    break;
  }
  return total;
}

absl::Status TlsEngine::write(std::string_view bytes) {
  if (bytes.empty()) return absl::OkStatus();
  std::size_t count = 0;
  ERR_clear_error();
  const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
  if (result == 1) return absl::OkStatus();
  return failure(SSL_get_error(ssl_.get(), result));
}

void TlsEngine::finish() {
  ERR_clear_error();
  SSL_shutdown(ssl_.get());
  ERR_clear_error();
}

absl::Status TlsEngine::failure(int error) {
  if (error == SSL_ERROR_ZERO_RETURN) {
    return absl::UnavailableError(concat(peer_, " closed the connection"));
  }
  if (!is_to_server_) {
    return absl::UnavailableError(concat("TLS with ", peer_, " failed: ", take_openssl_error()));
  }
  if (objection_.code != X509_V_OK) {
    ERR_clear_error();
    return untrusted_server(objection_, options_, name_);
  }
  const unsigned long code = ERR_peek_last_error();
  const int alert = ERR_GET_REASON(code) - SSL_AD_REASON_OFFSET;
  if (ERR_GET_LIB(code) == ERR_LIB_SSL && alert >= 0 && alert <= 255) {
    ERR_clear_error();
    return refused_by_server(alert, options_);
  }
  return absl::UnavailableError(concat("TLS with the server failed: ", take_openssl_error()));
}

TlsInfo TlsEngine::info() const {
  TlsInfo info;
  info.version = SSL_get_version(ssl_.get());
  info.cipher = SSL_get_cipher_name(ssl_.get());
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate) info.certificate = read_certificate(*certificate);
  return info;
}

}  // namespace fairlead::nats
