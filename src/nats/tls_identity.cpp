#include "nats/tls_identity.hpp"

#include <memory>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

// Nobody looks at it: a peer knows the certificate as a whole. Longer than any process lives.
constexpr long kValidSeconds = 60L * 60 * 24 * 365 * 20;

struct Free {
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

Certificate make_certificate(EVP_PKEY* key) {
  Certificate certificate(X509_new());
  if (!certificate) return nullptr;
  X509* const made = certificate.get();
  const auto* const name = reinterpret_cast<const unsigned char*>("fairlead");
  const bool good = X509_set_version(made, X509_VERSION_3) == 1 &&
                    ASN1_INTEGER_set(X509_get_serialNumber(made), 1) == 1 &&
                    X509_gmtime_adj(X509_getm_notBefore(made), -60) != nullptr &&
                    X509_gmtime_adj(X509_getm_notAfter(made), kValidSeconds) != nullptr &&
                    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC,
                                               name, -1, -1, 0) == 1 &&
                    X509_set_issuer_name(made, X509_get_subject_name(made)) == 1 &&
                    X509_set_pubkey(made, key) == 1 && X509_sign(made, key, EVP_sha256()) > 0;
  if (!good) certificate.reset();
  return certificate;
}

}  // namespace

absl::StatusOr<TlsIdentity> TlsIdentity::create() {
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate = key ? make_certificate(key.get()) : nullptr;
  if (!context || !certificate || SSL_CTX_use_certificate(context.get(), certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context.get(), key.get()) != 1 ||
      SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION) != 1 ||
      // The first is the quickest where the processor knows AES, and strong enough.
      SSL_CTX_set_ciphersuites(
          context.get(),
          "TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_256_GCM_SHA384") != 1) {
    return absl::InternalError(concat("no certificate can be made: ", take_openssl_error()));
  }
  SSL_CTX_set_options(context.get(), SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(context.get(), 0);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS);
  return TlsIdentity(std::move(context), fingerprint_of(*certificate));
}

std::string fingerprint_of(const X509& certificate) {
  static constexpr char kDigits[] = "0123456789abcdef";
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), hash, &size) != 1) return "";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[hash[i] >> 4];
    text += kDigits[hash[i] & 15];
  }
  return text;
}

}  // namespace fairlead::nats
