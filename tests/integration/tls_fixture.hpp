#pragma once

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/loop.hpp"

#include "nats/transport.hpp"
#include "tests/integration/certificates.hpp"

namespace fairlead::nats {

/// Tests of TLS at the level of the transport.
class TlsFixture : public ::testing::Test {
 protected:
  using TransportOr = absl::StatusOr<std::unique_ptr<Transport>>;

  TlsOptions trusting() const { return TlsOptions().set_ca_file(authority_.file()); }

  /// Connects to the port on loopback and starts TLS with a server called `name`.
  TransportOr connect(std::uint16_t port, const TlsOptions& options,
                      const std::string& name = "localhost",
                      Deadline deadline = Deadline::after(std::chrono::seconds(30))) {
    return loop_.run(connect_by_tls(port, options, name, deadline));
  }

  static Task<absl::StatusOr<std::string>> read(Transport& transport, std::size_t size) {
    std::string text(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const auto count = co_await transport.read_some(text.data() + done, size - done);
      if (!count.ok()) co_return count.status();
      done += *count;
    }
    co_return text;
  }

  absl::StatusOr<std::string> read_now(Transport& transport, std::size_t size) {
    return loop_.run(read(transport, size));
  }

  Task<TransportOr> connect_by_tcp(std::uint16_t port) {
    ServerAddress server;
    server.host = "127.0.0.1";
    server.port = port;
    ConnectAbort abort;
    const Deadline deadline = Deadline::after(std::chrono::seconds(30));
    co_return co_await connect_tcp(loop_, server, deadline, abort);
  }

  Loop loop_;
  testing::CertificateAuthority authority_;

 private:
  Task<TransportOr> connect_by_tls(std::uint16_t port, TlsOptions options, std::string name,
                                   Deadline deadline) {
    auto transport = co_await connect_by_tcp(port);
    if (!transport.ok()) co_return transport;
    EXPECT_FALSE((*transport)->tls_info().has_value());
    const absl::Status status = co_await (*transport)->start_tls(options, name, deadline);
    if (!status.ok()) co_return status;
    co_return transport;
  }
};

}  // namespace fairlead::nats
