#include "nats/tcp_transport.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

struct HandshakeTimeout final : DeadlineNode {
  explicit HandshakeTimeout(TcpStream& stream) : stream(stream) {}
  void on_deadline() override {
    passed = true;
    stream.close();
  }

  TcpStream& stream;
  bool passed = false;
};

}  // namespace

// No coroutines of their own: a connection without TLS pays for none.
Task<absl::StatusOr<std::size_t>> TcpTransport::read_some(char* to, std::size_t size) {
  return tls_ ? tls_->read_some(to, size) : tcp_.read_some(to, size);
}

Task<absl::Status> TcpTransport::write(std::string_view bytes) {
  return tls_ ? tls_->write(bytes) : tcp_.write(bytes);
}

Task<absl::Status> TcpTransport::start_tls(const TlsOptions& options, const std::string& name,
                                           Deadline deadline) {
  auto stream = TlsStream::create(tcp_, options, name);
  if (!stream.ok()) co_return stream.status();
  co_return co_await shake_hands(*std::move(stream), deadline);
}

Task<absl::Status> TcpTransport::start_tls(std::unique_ptr<TlsEngine> engine, Deadline deadline) {
  return shake_hands(std::make_unique<TlsStream>(tcp_, std::move(engine)), deadline);
}

Task<absl::Status> TcpTransport::shake_hands(std::unique_ptr<TlsStream> stream, Deadline deadline) {
  HandshakeTimeout timeout(tcp_);
  core_.arm(timeout, deadline);
  absl::Status status = co_await stream->handshake();
  timeout.unlink();
  if (timeout.passed) {
    status =
        absl::UnavailableError(concat(stream->peer(), " did not finish the TLS handshake in time"));
  }
  if (status.ok()) {
    tls_ = std::move(stream);
  } else {
    tcp_.close();
  }
  co_return status;
}

std::optional<TlsInfo> TcpTransport::tls_info() const {
  if (!tls_) return std::nullopt;
  return tls_->info();
}

void TcpTransport::close() {
  if (tls_) tls_->say_goodbye();
  tcp_.close();
}

}  // namespace fairlead::nats
