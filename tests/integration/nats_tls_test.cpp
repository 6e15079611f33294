// TLS with a real nats-server.
#include <gmock/gmock.h>

#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/tls_fixture.hpp"

namespace fairlead::nats {
namespace {

using testing::CertificateAuthority;
using testing::CertificateFiles;
using testing::NatsServer;

constexpr auto kTimeout = std::chrono::seconds(30);

class NatsServerTls : public TlsFixture {
 protected:
  std::vector<std::string> flags(const CertificateFiles& files) const {
    return {"--tls", "--tlscert", files.certificate, "--tlskey", files.key};
  }
  std::vector<std::string> flags_asking(const CertificateFiles& files) const {
    std::vector<std::string> all = flags(files);
    all.insert(all.end(), {"--tlsverify", "--tlscacert", authority_.file()});
    return all;
  }

  /// INFO in the clear, TLS, CONNECT and PING: the first line of what comes then.
  absl::StatusOr<std::string> greet(const NatsServer& server, const TlsOptions& options) {
    const std::string address = server.address();
    const int port = std::stoi(address.substr(address.rfind(':') + 1));
    return loop_.run(greet(static_cast<std::uint16_t>(port), options));
  }

 private:
  static Task<absl::StatusOr<std::string>> read_line(Transport& transport) {
    std::string line;
    while (!line.ends_with("\r\n")) {
      char byte = 0;
      const auto count = co_await transport.read_some(&byte, 1);
      if (!count.ok()) co_return count.status();
      line += byte;
    }
    co_return line;
  }

  Task<absl::StatusOr<std::string>> greet(std::uint16_t port, TlsOptions options) {
    auto transport = co_await connect_by_tcp(port);
    if (!transport.ok()) co_return transport.status();
    const auto info = co_await read_line(**transport);
    if (!info.ok()) co_return info.status();
    EXPECT_TRUE(info->starts_with("INFO {")) << *info;
    const std::string name = "localhost";
    const Deadline deadline = Deadline::after(kTimeout);
    absl::Status status = co_await (*transport)->start_tls(options, name, deadline);
    if (!status.ok()) co_return status;
    const std::string hello = "CONNECT {\"verbose\":false,\"tls_required\":true}\r\nPING\r\n";
    status = co_await (*transport)->write(hello);
    if (!status.ok()) co_return status;
    auto line = co_await read_line(**transport);
    (*transport)->close();
    co_return line;
  }
};

TEST_F(NatsServerTls, Greets) {
  const NatsServer server(flags(authority_.issue({})));
  const auto line = greet(server, trusting());
  EXPECT_EQ(line.value_or(line.status().ToString()), "PONG\r\n");
}

TEST_F(NatsServerTls, OfAnotherAuthorityIsNotTrusted) {
  CertificateAuthority other("Other CA");
  const NatsServer server(flags(other.issue({})));
  const auto line = greet(server, trusting());
  EXPECT_TRUE(absl::IsUnauthenticated(line.status())) << line.status();
}

TEST_F(NatsServerTls, AcceptsAClientCertificate) {
  const NatsServer server(flags_asking(authority_.issue({})));
  const CertificateFiles client = authority_.issue({});
  const auto line = greet(server, trusting().set_certificate(client.certificate, client.key));
  EXPECT_EQ(line.value_or(line.status().ToString()), "PONG\r\n");
}

TEST_F(NatsServerTls, WantsAClientCertificate) {
  const NatsServer server(flags_asking(authority_.issue({})));
  const auto line = greet(server, trusting());
  EXPECT_TRUE(absl::IsUnauthenticated(line.status())) << line.status();
  EXPECT_TRUE(message_of(line.status())
                  .starts_with("the NATS server wants a client certificate, and none is set ("))
      << line.status();
}

TEST_F(NatsServerTls, RefusesAClientCertificate) {
  const NatsServer server(flags_asking(authority_.issue({})));
  CertificateAuthority other("Other CA");
  const CertificateFiles foreign = other.issue({});
  testing::CertificateText expired_text;
  expired_text.valid_until = std::chrono::hours(0);
  const CertificateFiles expired = authority_.issue(expired_text);
  for (const CertificateFiles& client : {foreign, expired}) {
    const auto line = greet(server, trusting().set_certificate(client.certificate, client.key));
    EXPECT_TRUE(absl::IsUnauthenticated(line.status())) << line.status();
    EXPECT_TRUE(message_of(line.status())
                    .starts_with(concat("the NATS server does not accept the client certificate \"",
                                        client.certificate, "\": ")))
        << line.status();
  }
}

}  // namespace
}  // namespace fairlead::nats
