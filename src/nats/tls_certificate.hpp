#pragma once

#include <openssl/x509.h>

#include "nats/tls_info.hpp"

namespace fairlead::nats {

TlsCertificate read_certificate(const X509& certificate);

}  // namespace fairlead::nats
