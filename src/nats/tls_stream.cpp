#include "nats/tls_stream.hpp"

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

constexpr std::size_t kReadSize = 64 << 10;
constexpr std::size_t kWriteSize = 64 << 10;    // encrypted at a time
constexpr std::size_t kKeepBuffer = 128 << 10;  // a buffer grown beyond it is given back when empty

}  // namespace

absl::StatusOr<std::unique_ptr<TlsStream>> TlsStream::create(TcpStream& tcp,
                                                             const TlsOptions& options,
                                                             const std::string& name) {
  auto engine = TlsEngine::create(options, name);
  if (!engine.ok()) return engine.status();
  return std::make_unique<TlsStream>(tcp, *std::move(engine));
}

Task<absl::Status> TlsStream::handshake() {
  while (true) {
    const absl::StatusOr<bool> done = engine_->handshake();
    // Also after a failure: the server shall read why.
    const absl::Status flushed = co_await flush();
    if (!done.ok()) co_return done.status();
    if (!flushed.ok()) co_return flushed;
    if (*done) co_return absl::OkStatus();
    const absl::Status received = co_await receive();
    if (!received.ok()) {
      co_return absl::UnavailableError(
          concat("the TLS handshake did not come about: ", message_of(received)));
    }
  }
}

Task<absl::StatusOr<std::size_t>> TlsStream::read_some(char* to, std::size_t size) {
  while (true) {
    const absl::StatusOr<std::size_t> count = engine_->read(to, size);
    // Reading may have to answer, with an alert for instance. Who writes already takes it along.
    if (!engine_->output().empty() && !flushing_) static_cast<void>(co_await flush());
    if (!count.ok()) co_return count.status();
    if (*count > 0) {
      received_ = true;
      co_return *count;
    }
    const absl::Status received = co_await receive();
    if (!received.ok()) co_return explain(received);
  }
}

Task<absl::Status> TlsStream::write(std::string_view bytes) {
  while (!bytes.empty()) {
    while (flushing_) co_await flushed_.wait();
    const std::string_view piece = bytes.substr(0, kWriteSize);
    bytes.remove_prefix(piece.size());
    absl::Status encrypted = engine_->write(piece);
    if (!encrypted.ok()) co_return encrypted;
    const absl::Status flushed = co_await flush();
    if (!flushed.ok()) co_return explain(flushed);
  }
  co_return absl::OkStatus();
}

Task<absl::Status> TlsStream::receive() {
  ByteBuffer& input = engine_->input();
  char* const space = input.prepare(kReadSize);
  const std::size_t size = input.space();
  const auto count = co_await tcp_.read_some(space, size);
  if (!count.ok()) co_return count.status();
  input.commit(*count);
  co_return absl::OkStatus();
}

Task<absl::Status> TlsStream::flush() {
  flushing_ = true;
  absl::Status status;
  while (status.ok() && !engine_->output().empty()) {
    swap(engine_->output(), sending_);
    status = co_await tcp_.write(sending_.view());
    sending_.clear();
    sending_.shrink(kKeepBuffer);
  }
  flushing_ = false;
  flushed_.wake();
  co_return status;
}

// With TLS 1.3 a server judges the client's certificate after the client has done with the
// handshake, and some close the connection without a word.
absl::Status TlsStream::explain(absl::Status lost) const {
  if (received_ || !engine_->is_to_server()) return lost;
  const std::string& certificate = engine_->options().certificate_file();
  const std::string hint =
      certificate.empty()
          ? "the server may want a client certificate, and none is set"
          : concat("the server may not accept the client certificate \"", certificate, "\"");
  return absl::UnavailableError(
      concat(message_of(lost), ", right after the TLS handshake: ", hint));
}

void TlsStream::say_goodbye() {
  if (flushing_) return;  // it would land amid a record
  engine_->finish();
  tcp_.send_at_once(engine_->output().view());
  engine_->output().clear();
}

}  // namespace fairlead::nats
