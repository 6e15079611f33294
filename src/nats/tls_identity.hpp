#pragma once

#include <string>

#include <absl/status/statusor.h>
#include <openssl/ssl.h>

#include "nats/tls_context.hpp"

namespace fairlead::nats {

/// A key and a certificate that a process makes for itself, to be recognised by those who were told
/// the certificate's fingerprint: nobody signs it, and it bears no name that means anything.
class TlsIdentity {
 public:
  /// A new one: ECDSA on P-256, which costs a fraction of a millisecond.
  static absl::StatusOr<TlsIdentity> create();

  /// SHA-256 of the certificate, in hexadecimal digits.
  const std::string& fingerprint() const { return fingerprint_; }
  /// The settings of a server that shows it: TLS 1.3 only, nothing to resume.
  SSL_CTX& context() const { return *context_; }

 private:
  TlsIdentity(TlsContext context, std::string fingerprint)
      : context_(std::move(context)), fingerprint_(std::move(fingerprint)) {}

  TlsContext context_;
  std::string fingerprint_;
};

/// SHA-256 of a certificate, in hexadecimal digits.
std::string fingerprint_of(const X509& certificate);

}  // namespace fairlead::nats
