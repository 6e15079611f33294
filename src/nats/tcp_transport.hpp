#pragma once

#include <memory>
#include <string>

#include "core/loop_core.hpp"
#include "nats/tcp_stream.hpp"
#include "nats/tls_stream.hpp"
#include "nats/transport.hpp"

namespace fairlead::nats {

/// A transport over TCP, encrypted once start_tls() has succeeded.
class TcpTransport final : public Transport {
 public:
  TcpTransport(LoopCore& core, TcpStream stream) : core_(core), tcp_(std::move(stream)) {}

  Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size) override;
  Task<absl::Status> write(std::string_view bytes) override;
  Task<absl::Status> start_tls(const TlsOptions& options, const std::string& name,
                               Deadline deadline) override;
  /// The same with an engine that is set up already, on either side.
  Task<absl::Status> start_tls(std::unique_ptr<TlsEngine> engine, Deadline deadline);
  std::optional<TlsInfo> tls_info() const override;
  void close() override;

 private:
  Task<absl::Status> shake_hands(std::unique_ptr<TlsStream> stream, Deadline deadline);

  LoopCore& core_;
  TcpStream tcp_;
  std::unique_ptr<TlsStream> tls_;  // reads and writes tcp_
};

}  // namespace fairlead::nats
