#include "tests/integration/peer.hpp"

#include <csignal>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairlead::testing {

Peer::Peer(std::function<void(int socket)> serve) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const raw = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, raw, size) != 0 || listen(listener_, 1) != 0 ||
      getsockname(listener_, raw, &size) != 0) {
    throw std::runtime_error("cannot listen on loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([listener = listener_, serve = std::move(serve)] {
    // OpenSSL writes to clients that have gone without asking for no signal.
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    const int socket = accept(listener, nullptr, nullptr);
    if (socket < 0) return;
    serve(socket);
    close(socket);
  });
}

Peer::~Peer() {
  shutdown(listener_, SHUT_RDWR);  // wakes accept()
  join();
  close(listener_);
}

void Peer::join() {
  if (thread_.joinable()) thread_.join();
}

TlsSession accept_tls(int socket, const TlsServerOptions& options) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  &SSL_CTX_free);
  if (options.max_version < TLS1_2_VERSION) {
    SSL_CTX_set_security_level(context.get(), 0);  // would refuse it otherwise
    SSL_CTX_set_min_proto_version(context.get(), options.max_version);
  }
  SSL_CTX_set_max_proto_version(context.get(), options.max_version);
  SSL_CTX_use_certificate_chain_file(context.get(), options.files.certificate.c_str());
  SSL_CTX_use_PrivateKey_file(context.get(), options.files.key.c_str(), SSL_FILETYPE_PEM);
  if (!options.client_ca.empty()) {
    SSL_CTX_load_verify_file(context.get(), options.client_ca.c_str());
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  }
  TlsSession session(SSL_new(context.get()));
  SSL_set_fd(session.get(), socket);
  if (SSL_accept(session.get()) != 1) return nullptr;
  return session;
}

bool read_to_the_end(int socket) {
  char bytes[4096];
  ssize_t count = 0;
  while ((count = read(socket, bytes, sizeof(bytes))) > 0) {
  }
  return count == 0;
}

bool read_to_the_end(SSL* session) {
  char bytes[4096];
  int count = 0;
  while ((count = SSL_read(session, bytes, sizeof(bytes))) > 0) {
  }
  return SSL_get_error(session, count) == SSL_ERROR_ZERO_RETURN;
}

}  // namespace fairlead::testing
