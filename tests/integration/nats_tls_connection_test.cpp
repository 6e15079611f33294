// Connections that are encrypted, with a real nats-server.
#include <gmock/gmock.h>
#include <unistd.h>

#include "fairlead/nats/connection.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "core/strings.hpp"
#include "tests/integration/certificates.hpp"
#include "tests/integration/peer.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::AllOf;
using testing::CertificateAuthority;
using testing::CertificateFiles;
using testing::CertificateText;
using ::testing::HasSubstr;
using testing::NatsServer;
using testing::Peer;
using ::testing::StartsWith;

constexpr std::size_t kLarge = 900'000;  // of many records, and below max_payload

class NatsTlsConnection : public ::testing::Test {
 protected:
  std::vector<std::string> flags(const CertificateFiles& files) const {
    return {"--tls", "--tlscert", files.certificate, "--tlskey", files.key};
  }
  std::vector<std::string> flags_asking() {
    std::vector<std::string> all = flags(authority_.issue({}));
    all.insert(all.end(), {"--tlsverify", "--tlscacert", authority_.file()});
    return all;
  }
  /// Flags for a server whose configuration has more to say, in `tls {}` and before it.
  std::vector<std::string> flags(const std::string& in_tls, const std::string& before) {
    const CertificateFiles files = authority_.issue({});
    const std::string text = concat(before, "tls {\n  cert_file: \"", files.certificate,
                                    "\"\n  key_file: \"", files.key, "\"\n", in_tls, "}\n");
    return {"-c", authority_.write("server.conf", text)};
  }

  TlsOptions trusting() const { return TlsOptions().set_ca_file(authority_.file()); }

  ConnectOptions options(const std::string& url, const TlsOptions& tls) const {
    return ConnectOptions(url).set_tls(tls);
  }

  /// Connects and sends a large message around; how that went.
  absl::Status use(const ConnectOptions& options) { return loop_.run(use(loop_, options)); }

  Loop loop_;
  CertificateAuthority authority_;

 private:
  static Task<absl::Status> use(Loop& loop, ConnectOptions options) {
    auto connection = co_await Connection::connect(loop, std::move(options));
    if (!connection.ok()) co_return connection.status();
    auto subscription = connection->subscribe("large");
    if (!subscription.ok()) co_return subscription.status();
    const std::string payload(kLarge, 'x');
    const absl::Status published = connection->publish("large", payload);
    if (!published.ok()) co_return published;
    const auto message = co_await subscription->next(Deadline::after(seconds(30)));
    if (!message.ok()) co_return message.status();
    EXPECT_TRUE(message->payload == payload);
    connection->close();
    co_return absl::OkStatus();
  }
};

std::string tls_url(const NatsServer& server) {
  return concat("tls://", server.address());
}

std::string text(const absl::Status& status) {
  return status.ToString(absl::StatusToStringMode::kWithNoExtraData);
}

TEST_F(NatsTlsConnection, EncryptsWhereTheServerRequiresIt) {
  const NatsServer server(flags(authority_.issue({})));
  EXPECT_EQ(text(use(options(server.url(), trusting()))), "OK");
  EXPECT_EQ(text(use(options(tls_url(server), trusting()))), "OK");
}

TEST_F(NatsTlsConnection, EncryptsWhereTheServerAllowsItAndTheProgramDemandsIt) {
  const NatsServer server(flags("", "allow_non_tls: true\n"));
  EXPECT_EQ(text(use(ConnectOptions(server.url()))), "OK");  // in the clear
  EXPECT_EQ(text(use(options(server.url(), trusting()))), "OK");
  // Encrypted indeed: it matters who is trusted.
  const absl::Status untrusted = use(ConnectOptions(tls_url(server)));
  EXPECT_TRUE(absl::IsUnauthenticated(untrusted)) << untrusted;
}

TEST_F(NatsTlsConnection, IsNotMadeInTheClearWhereItIsDemanded) {
  const NatsServer server;
  for (const auto& wanted : {ConnectOptions(tls_url(server)), options(server.url(), trusting())}) {
    const absl::Status status = use(wanted);
    EXPECT_THAT(text(status), HasSubstr("TLS is demanded")) << status;
  }
}

TEST_F(NatsTlsConnection, TheAuthorityIsMissingOrAnother) {
  const NatsServer server(flags(authority_.issue({})));
  EXPECT_THAT(text(use(ConnectOptions(server.url()))),
              AllOf(StartsWith(concat("UNAUTHENTICATED: no connection to NATS: ", server.address(),
                                      ": the NATS server's certificate is not trusted: ")),
                    HasSubstr("set the CA file if the server has one of its own")));
  const CertificateAuthority other("Other CA");
  EXPECT_THAT(text(use(options(server.url(), TlsOptions().set_ca_file(other.file())))),
              HasSubstr(concat("trusted are those of the CA file \"", other.file(), "\"")));
  EXPECT_THAT(text(use(options(server.url(), TlsOptions().set_ca_file("/nowhere/ca.pem")))),
              AllOf(StartsWith("INVALID_ARGUMENT: "),
                    HasSubstr("the CA file \"/nowhere/ca.pem\" cannot be read: No such file")));
  EXPECT_EQ(text(use(options(server.url(), TlsOptions().set_insecure(true)))), "OK");
}

TEST_F(NatsTlsConnection, TheCertificateIsOver) {
  CertificateText over;
  over.valid_from = hours(-48);
  over.valid_until = hours(-1);
  const NatsServer server(flags(authority_.issue(over)));
  const absl::Status status = use(options(server.url(), trusting()));
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_THAT(text(status), HasSubstr("the NATS server's certificate expired on 2"));
}

TEST_F(NatsTlsConnection, TheCertificateIsForAnotherName) {
  CertificateText elsewhere;
  elsewhere.names = {"nats.example.com"};
  const NatsServer server(flags(authority_.issue(elsewhere)));
  const absl::Status status = use(options(server.url(), trusting()));
  EXPECT_TRUE(absl::IsUnauthenticated(status)) << status;
  EXPECT_THAT(text(status), HasSubstr("is not for \"127.0.0.1\" but for nats.example.com: "));
  EXPECT_EQ(text(use(options(server.url(), trusting().set_server_name("nats.example.com")))), "OK");
}

TEST_F(NatsTlsConnection, TheClientsCertificate) {
  const NatsServer server(flags_asking());
  const CertificateFiles client = authority_.issue({});
  const TlsOptions with = trusting().set_certificate(client.certificate, client.key);
  EXPECT_EQ(text(use(options(server.url(), with))), "OK");

  const absl::Status without = use(options(server.url(), trusting()));
  EXPECT_THAT(text(without),
              AllOf(StartsWith("UNAUTHENTICATED: "),
                    HasSubstr("the NATS server wants a client certificate, and none is set")));
  CertificateAuthority other("Other CA");
  const CertificateFiles foreign = other.issue({});
  const absl::Status refused = use(options(
      server.url(), TlsOptions(trusting()).set_certificate(foreign.certificate, foreign.key)));
  EXPECT_THAT(text(refused),
              AllOf(StartsWith("UNAUTHENTICATED: "),
                    HasSubstr(concat("the NATS server does not accept the client certificate \"",
                                     foreign.certificate, "\""))));
}

// Whether the server knows handshake_first: 2.10.4 and later.
Task<bool> knows_handshake_first(Loop& loop, const NatsServer& server) {
  ConnectOptions options(server.url());
  auto connection = co_await Connection::connect(loop, std::move(options));
  EXPECT_TRUE(connection.ok()) << connection.status();
  if (!connection.ok()) co_return false;
  const std::string version = connection->server_info().version;
  connection->close();
  const auto parts = split(version, '.');
  std::vector<std::uint64_t> numbers;
  for (const std::string_view part : parts) numbers.push_back(parse_number(part).value_or(0));
  const std::vector<std::uint64_t> first = {2, 10, 4};
  co_return numbers >= first;
}

TEST_F(NatsTlsConnection, HandshakeFirst) {
  if (const NatsServer plain; !loop_.run(knows_handshake_first(loop_, plain))) {
    GTEST_SKIP() << "this nats-server is older than 2.10.4";
  }
  const NatsServer server(flags("  handshake_first: true\n", ""));
  EXPECT_EQ(text(use(options(server.url(), trusting().set_first(true)))), "OK");
  EXPECT_EQ(text(use(options(tls_url(server), trusting().set_first(true)))), "OK");
}

TEST_F(NatsTlsConnection, HandshakeFirstWithAServerThatSpeaksFirst) {
  const NatsServer server(flags(authority_.issue({})));
  const absl::Status status = use(options(server.url(), trusting().set_first(true)));
  EXPECT_THAT(text(status), AllOf(StartsWith("UNAVAILABLE: "),
                                  HasSubstr("the server does not speak TLS: its answer begins with "
                                            "\"INFO {")));
}

TEST_F(NatsTlsConnection, TrustsNothingThatCameInTheClear) {
  // Who sits between puts an operation behind INFO, to be taken for one that came encrypted.
  Peer peer([](int socket) {
    const std::string_view bytes = "INFO {\"tls_required\":true}\r\n-ERR 'injected'\r\n";
    EXPECT_EQ(write(socket, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
    testing::read_to_the_end(socket);
  });
  const std::string url = concat("nats://127.0.0.1:", peer.port());
  const absl::Status status = use(options(url, trusting()));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_THAT(text(status), HasSubstr("in the clear"));
}

TEST_F(NatsTlsConnection, ARenewedCertificateIsReadAtTheNextConnection) {
  const NatsServer server(flags_asking());
  const CertificateFiles good = authority_.issue({});
  CertificateText over_text;
  over_text.valid_until = hours(0);
  const CertificateFiles over = authority_.issue(over_text);
  const std::string certificate =
      authority_.write("client.pem", testing::read_file(over.certificate));
  const std::string key = authority_.write("client.key", testing::read_file(over.key));
  const ConnectOptions wanted = options(server.url(), trusting().set_certificate(certificate, key));
  EXPECT_TRUE(absl::IsUnauthenticated(use(wanted)));
  authority_.write("client.pem", testing::read_file(good.certificate));
  authority_.write("client.key", testing::read_file(good.key));
  EXPECT_EQ(text(use(wanted)), "OK");
}

}  // namespace
}  // namespace fairlead::nats
