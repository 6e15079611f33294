#pragma once

#include <openssl/bio.h>

#include "core/byte_buffer.hpp"

namespace fairlead::nats {

/// Lets OpenSSL read what is in `input` and write to the end of `output`; both outlive it. Null if
/// there is no memory.
BIO* make_tls_bio(ByteBuffer& input, ByteBuffer& output);

}  // namespace fairlead::nats
