// Who trusts whom, and what is said when they do not.
#include <gmock/gmock.h>

#include "core/strings.hpp"
#include "tests/integration/peer.hpp"
#include "tests/integration/tls_fixture.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::hours;
using ::testing::AllOf;
using testing::CertificateAuthority;
using testing::CertificateFiles;
using testing::CertificateText;
using ::testing::HasSubstr;
using testing::Peer;
using ::testing::StartsWith;
using testing::TlsServerOptions;
using testing::TlsSession;

class TlsTrust : public TlsFixture {
 protected:
  /// Connects to a server with this certificate; returns how the handshake, or the first read after
  /// it, ended.
  absl::Status meet(const CertificateFiles& files, const TlsOptions& options,
                    const std::string& name = "localhost") {
    TlsServerOptions server;
    server.files = files;
    return meet(server, options, name);
  }

  absl::Status meet(const TlsServerOptions& server, const TlsOptions& options,
                    const std::string& name = "localhost") {
    Peer peer([&](int socket) {
      const TlsSession session = testing::accept_tls(socket, server);
      if (!session) return;
      SSL_write(session.get(), "!", 1);
      testing::read_to_the_end(session.get());
    });
    auto transport = connect(peer.port(), options, name);
    if (!transport.ok()) return transport.status();
    const absl::Status status = read_now(**transport, 1).status();
    (*transport)->close();
    return status;
  }

  CertificateAuthority other_{"Other CA"};
};

std::string text(const absl::Status& status) {
  return status.ToString(absl::StatusToStringMode::kWithNoExtraData);
}

TEST_F(TlsTrust, ACertificateOfAnotherAuthority) {
  const absl::Status status = meet(other_.issue({}), trusting());
  EXPECT_EQ(text(status),
            concat("UNAUTHENTICATED: the NATS server's certificate is not trusted: unable to get "
                   "local issuer certificate (subject CN=server, issuer CN=Other CA); trusted are "
                   "those of the CA file \"",
                   authority_.file(), "\""));
}

TEST_F(TlsTrust, TheSystemDoesNotTrustTheTestsAuthority) {
  const absl::Status status = meet(authority_.issue({}), TlsOptions());
  EXPECT_THAT(text(status),
              AllOf(StartsWith("UNAUTHENTICATED: the NATS server's certificate is not trusted: "),
                    HasSubstr("trusted are those that the system trusts; set the CA file")));
}

TEST_F(TlsTrust, AnExpiredCertificateWithItsDates) {
  CertificateText expired;
  expired.valid_from = hours(-48);
  expired.valid_until = hours(-24);
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const absl::Status status = meet(authority_.issue(expired), trusting());
  EXPECT_THAT(text(status),
              AllOf(StartsWith(concat("UNAUTHENTICATED: the NATS server's certificate expired on ",
                                      to_text(now - std::chrono::days(1)).substr(0, 8))),
                    HasSubstr("; it was valid from "),
                    HasSubstr(" UTC (subject CN=server, issuer CN=Test CA)")));
}

TEST_F(TlsTrust, ACertificateOfTheFuture) {
  CertificateText future;
  future.valid_from = hours(24);
  future.valid_until = hours(48);
  const absl::Status status = meet(authority_.issue(future), trusting());
  EXPECT_THAT(
      text(status),
      AllOf(StartsWith("UNAUTHENTICATED: the NATS server's certificate is valid only from "),
            HasSubstr("is this machine's clock right?")));
}

TEST_F(TlsTrust, AnotherName) {
  CertificateText elsewhere;
  elsewhere.names = {"nats.example.com", "*.example.org", "10.0.0.1"};
  const CertificateFiles files = authority_.issue(elsewhere);
  EXPECT_EQ(text(meet(files, trusting())),
            "UNAUTHENTICATED: the NATS server's certificate is not for \"localhost\" but for "
            "nats.example.com, *.example.org, 10.0.0.1: connect by such a name, or set the TLS "
            "server name (subject CN=server, issuer CN=Test CA)");
  EXPECT_THAT(
      text(meet(files, trusting(), "127.0.0.1")),
      StartsWith("UNAUTHENTICATED: the NATS server's certificate is not for \"127.0.0.1\""));
  EXPECT_TRUE(absl::IsUnauthenticated(meet(files, trusting(), "example.org")));
  EXPECT_TRUE(absl::IsUnauthenticated(meet(files, trusting(), "a.b.example.org")));
  for (const std::string name : {"nats.example.com", "a.example.org", "10.0.0.1"}) {
    EXPECT_EQ(text(meet(files, trusting(), name)), "OK") << name;
  }
}

TEST_F(TlsTrust, AnInsecureClientAcceptsAll) {
  CertificateText bad;
  bad.names = {"nats.example.com"};
  bad.valid_until = hours(0);
  const TlsOptions insecure = TlsOptions().set_insecure(true);
  EXPECT_EQ(text(meet(other_.issue(bad), insecure)), "OK");
  EXPECT_EQ(text(meet(other_.issue(bad), insecure, "")), "OK");
}

TEST_F(TlsTrust, AnEmptyNameIsNotAnyName) {
  for (const std::string& name : {std::string(), std::string("."), std::string("a\0b", 3)}) {
    const absl::Status status = meet(authority_.issue({}), trusting(), name);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << status;
  }
}

class TlsClientCertificate : public TlsTrust, public ::testing::WithParamInterface<int> {
 protected:
  absl::Status meet_asking(const TlsOptions& options) {
    TlsServerOptions server;
    server.files = authority_.issue({});
    server.client_ca = authority_.file();
    server.max_version = GetParam();
    return meet(server, options);
  }
};

TEST_P(TlsClientCertificate, IsAccepted) {
  const CertificateFiles files = authority_.issue({});
  const TlsOptions options = trusting().set_certificate(files.certificate, files.key);
  EXPECT_EQ(text(meet_asking(options)), "OK");
}

TEST_P(TlsClientCertificate, IsWantedAndMissing) {
  const absl::Status status = meet_asking(trusting());
  // OpenSSL's servers call that a failed handshake before TLS 1.3, those in Go a bad certificate.
  if (GetParam() == TLS1_2_VERSION) {
    EXPECT_EQ(text(status), "UNAVAILABLE: the NATS server ended TLS: handshake failure");
    return;
  }
  EXPECT_THAT(text(status), StartsWith("UNAUTHENTICATED: the NATS server wants a client "
                                       "certificate, and none is set ("));
}

TEST_P(TlsClientCertificate, OfAnotherAuthorityIsRefused) {
  const CertificateFiles files = other_.issue({});
  const TlsOptions options = trusting().set_certificate(files.certificate, files.key);
  EXPECT_EQ(text(meet_asking(options)),
            concat("UNAUTHENTICATED: the NATS server does not accept the client certificate \"",
                   files.certificate, "\": unknown CA"));
}

INSTANTIATE_TEST_SUITE_P(All, TlsClientCertificate,
                         ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

class TlsFiles : public TlsFixture {
 protected:
  /// What is said of options that cannot be followed.
  std::string refusal(const TlsOptions& options) {
    Peer peer([](int socket) { testing::read_to_the_end(socket); });
    const auto transport = connect(peer.port(), options);
    EXPECT_TRUE(absl::IsInvalidArgument(transport.status())) << transport.status();
    return std::string(message_of(transport.status()));
  }

  CertificateFiles files_ = authority_.issue({});
  std::string missing_ = authority_.write("empty", "") + ".missing";
  std::string empty_ = authority_.write("empty", "");
  std::string garbage_ = authority_.write("garbage", "no PEM\n");
};

TEST_F(TlsFiles, OfTheAuthority) {
  EXPECT_EQ(refusal(TlsOptions().set_ca_file(missing_)),
            concat("the CA file \"", missing_, "\" cannot be read: No such file or directory"));
  EXPECT_EQ(refusal(TlsOptions().set_ca_file(empty_)),
            concat("the CA file \"", empty_, "\" is empty"));
  EXPECT_EQ(refusal(TlsOptions().set_ca_file("/")),
            "the CA file \"/\" cannot be read: Is a directory");
  for (const std::string& path : {garbage_, files_.key}) {
    EXPECT_THAT(refusal(TlsOptions().set_ca_file(path)),
                StartsWith(concat("the CA file \"", path, "\" holds no certificate in PEM: ")));
  }
}

TEST_F(TlsFiles, OfTheClient) {
  const auto refused = [this](const std::string& certificate, const std::string& key) {
    return refusal(trusting().set_certificate(certificate, key));
  };
  EXPECT_EQ(refused(files_.certificate, ""), concat("the client certificate \"", files_.certificate,
                                                    "\" is of no use without its key file"));
  EXPECT_EQ(refused("", files_.key), concat("the client key \"", files_.key,
                                            "\" is of no use without its certificate file"));
  EXPECT_EQ(refused(missing_, files_.key), concat("the client certificate \"", missing_,
                                                  "\" cannot be read: No such file or directory"));
  EXPECT_EQ(refused(files_.certificate, missing_),
            concat("the client key \"", missing_, "\" cannot be read: No such file or directory"));
  EXPECT_THAT(
      refused(garbage_, files_.key),
      StartsWith(concat("the client certificate \"", garbage_, "\" is no certificate in ")));
  EXPECT_THAT(refused(files_.certificate, garbage_),
              StartsWith(concat("the client key \"", garbage_, "\" is no private key in PEM: ")));
  const CertificateFiles another = authority_.issue({});
  EXPECT_EQ(
      refused(files_.certificate, another.key),
      concat("the client key \"", another.key, "\" does not belong to the client certificate ",
             "\"", files_.certificate, "\""));
  const CertificateFiles encrypted = authority_.encrypted(files_);
  EXPECT_EQ(
      refused(encrypted.certificate, encrypted.key),
      concat("the client key \"", encrypted.key, "\" is encrypted; give one without a passphrase"));
}

}  // namespace
}  // namespace fairlead::nats
