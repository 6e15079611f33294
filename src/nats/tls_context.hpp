#pragma once

#include <memory>

#include <absl/status/statusor.h>
#include <openssl/ssl.h>

#include "fairlead/nats/tls_options.hpp"

namespace fairlead::nats {

struct FreeTlsContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using TlsContext = std::unique_ptr<SSL_CTX, FreeTlsContext>;

/// Reads the files of `options`. INVALID_ARGUMENT names the one that is wrong and why.
absl::StatusOr<TlsContext> make_tls_context(const TlsOptions& options);

/// The reason of the last error of OpenSSL on this thread; forgets them all.
std::string take_openssl_error();

}  // namespace fairlead::nats
