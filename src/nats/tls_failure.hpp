#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <openssl/ssl.h>

#include "fairlead/nats/tls_options.hpp"

namespace fairlead::nats {

struct FreeCertificate {
  void operator()(X509* certificate) const { X509_free(certificate); }
};

/// Why the server's certificate was not accepted: the first objection, and to which certificate of
/// its chain.
struct TlsObjection {
  int code = X509_V_OK;
  int depth = 0;  // 0: the server's own
  std::unique_ptr<X509, FreeCertificate> certificate;
};

/// UNAUTHENTICATED in words that say what to do. `name` is what the server was called.
absl::Status untrusted_server(const TlsObjection& objection, const TlsOptions& options,
                              std::string_view name);

/// For an alert, the server's last word: UNAUTHENTICATED if it is about our certificate, else
/// UNAVAILABLE.
absl::Status refused_by_server(int alert, const TlsOptions& options);

}  // namespace fairlead::nats
