#include "nats/secret.hpp"

#include <openssl/crypto.h>

namespace fairlead::nats {

void wipe(std::string& text) {
  text.resize(text.capacity());  // a text that was moved from may still hold its letters
  OPENSSL_cleanse(text.data(), text.size());
  text.clear();
}

}  // namespace fairlead::nats
