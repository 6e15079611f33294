#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <openssl/ssl.h>

#include "tests/integration/certificates.hpp"

namespace fairlead::testing {

/// A server for one connection on loopback, on a thread of its own, which does what the test says.
class Peer {
 public:
  /// `serve` gets the socket; it is closed afterwards.
  explicit Peer(std::function<void(int socket)> serve);
  /// Ends the connection and waits for `serve`.
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  std::uint16_t port() const { return port_; }
  /// Waits until `serve` has ended by itself.
  void join();

 private:
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

struct FreeSession {
  void operator()(SSL* session) const { SSL_free(session); }
};
using TlsSession = std::unique_ptr<SSL, FreeSession>;

/// The server's side of TLS, by OpenSSL's own means.
struct TlsServerOptions {
  CertificateFiles files;
  std::string client_ca;  // if set, a client needs a certificate of it
  int max_version = TLS1_3_VERSION;
};

/// Does the server's handshake on `socket`; null if it fails.
TlsSession accept_tls(int socket, const TlsServerOptions& options);

/// Reads until the end; true if the client said goodbye.
bool read_to_the_end(int socket);
bool read_to_the_end(SSL* session);

}  // namespace fairlead::testing
