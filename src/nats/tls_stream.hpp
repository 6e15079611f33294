#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/nats/tls_options.hpp"
#include "fairlead/task.hpp"

#include "core/waiter.hpp"
#include "nats/tcp_stream.hpp"
#include "nats/tls_engine.hpp"

namespace fairlead::nats {

/// TLS over a TCP stream: moves bytes between a TlsEngine and the socket. After handshake() one
/// read and one write may run at once.
class TlsStream {
 public:
  /// INVALID_ARGUMENT for options that cannot be followed. `tcp` must outlive it.
  static absl::StatusOr<std::unique_ptr<TlsStream>> create(TcpStream& tcp,
                                                           const TlsOptions& options,
                                                           const std::string& name);
  /// Not for use: create() makes streams.
  TlsStream(TcpStream& tcp, std::unique_ptr<TlsEngine> engine)
      : tcp_(tcp), engine_(std::move(engine)) {}

  Task<absl::Status> handshake();
  Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size);
  Task<absl::Status> write(std::string_view bytes);

  /// Tells the server that this is the end, if that takes no waiting.
  void say_goodbye();

  TlsInfo info() const { return engine_->info(); }
  /// What errors call the far side.
  std::string_view peer() const { return engine_->peer(); }

 private:
  Task<absl::Status> receive();
  Task<absl::Status> flush();
  absl::Status explain(absl::Status lost) const;

  TcpStream& tcp_;
  std::unique_ptr<TlsEngine> engine_;
  ByteBuffer sending_;  // of the engine's output, what is being written
  bool flushing_ = false;
  Waiter flushed_;
  bool received_ = false;  // something came after the handshake
};

}  // namespace fairlead::nats
