#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace fairlead::nats {

/// What a certificate says.
struct TlsCertificate {
  std::string subject;             ///< `CN=nats,O=Acme`
  std::string issuer;              ///< in the same way
  std::vector<std::string> names;  ///< the host names and addresses that it is for
  std::chrono::sys_seconds not_before;
  std::chrono::sys_seconds not_after;
};

/// How a connection is encrypted, for diagnosis.
struct TlsInfo {
  std::string version;  ///< `TLSv1.3`
  std::string cipher;   ///< `TLS_AES_128_GCM_SHA256`
  TlsCertificate certificate;
};

/// `2026-01-31 23:59:59 UTC`
std::string to_text(std::chrono::sys_seconds time);

}  // namespace fairlead::nats
