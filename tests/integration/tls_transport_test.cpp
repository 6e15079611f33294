// TLS against a server of OpenSSL, and against servers that send what is no TLS.
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fairlead/task_scope.hpp"

#include "core/strings.hpp"
#include "tests/integration/peer.hpp"
#include "tests/integration/tls_fixture.hpp"

namespace fairlead::nats {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Peer;
using testing::TlsServerOptions;
using testing::TlsSession;

class TlsTransport : public TlsFixture {
 protected:
  TlsServerOptions server() {
    TlsServerOptions options;
    options.files = authority_.issue({});
    return options;
  }
};

class TlsVersions : public TlsTransport, public ::testing::WithParamInterface<int> {};

TEST_P(TlsVersions, EncryptsAndTellsHow) {
  TlsServerOptions options = server();
  options.max_version = GetParam();
  std::string asked_for;
  bool goodbye = false;
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, options);
    asked_for = SSL_get_servername(session.get(), TLSEXT_NAMETYPE_host_name);
    SSL_write(session.get(), "hello", 5);
    goodbye = testing::read_to_the_end(session.get());
  });
  const auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_EQ(read_now(**transport, 5).value_or("nothing"), "hello");

  const std::optional<TlsInfo> info = (*transport)->tls_info();
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->version, GetParam() == TLS1_2_VERSION ? "TLSv1.2" : "TLSv1.3");
  EXPECT_NE(info->cipher, "");
  EXPECT_EQ(info->certificate.subject, "CN=server");
  EXPECT_EQ(info->certificate.issuer, "CN=Test CA");
  const std::vector<std::string> names = {"localhost", "127.0.0.1", "::1"};
  EXPECT_EQ(info->certificate.names, names);
  const auto now = std::chrono::system_clock::now();
  EXPECT_LT(info->certificate.not_before, now);
  EXPECT_GT(info->certificate.not_after, now + std::chrono::hours(23));

  (*transport)->close();
  peer.join();
  EXPECT_EQ(asked_for, "localhost");
  EXPECT_TRUE(goodbye);
}

INSTANTIATE_TEST_SUITE_P(All, TlsVersions, ::testing::Values(TLS1_2_VERSION, TLS1_3_VERSION));

TEST_F(TlsTransport, AnAddressIsVerifiedAndNotAskedForByName) {
  bool asked = true;
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, server());
    asked = SSL_get_servername(session.get(), TLSEXT_NAMETYPE_host_name) != nullptr;
  });
  const auto transport = connect(peer.port(), trusting(), "127.0.0.1");
  EXPECT_TRUE(transport.ok()) << transport.status();
  peer.join();
  EXPECT_FALSE(asked);
}

TEST_F(TlsTransport, ADotBehindTheNameMakesNoDifference) {
  Peer peer([&](int socket) { testing::accept_tls(socket, server()); });
  const auto transport = connect(peer.port(), trusting(), "localhost.");
  EXPECT_TRUE(transport.ok()) << transport.status();
}

constexpr std::size_t kMuch = 8 << 20;

std::string some_bytes() {
  std::string bytes(kMuch, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(i * i >> 7);
  return bytes;
}

Task<void> write_all(Transport& transport, const std::string& bytes) {
  // In pieces of odd sizes: smaller and larger than a record.
  std::size_t size = 1;
  for (std::string_view left = bytes; !left.empty(); size = size * 5 % 300'007) {
    const std::string_view piece = left.substr(0, size);
    left.remove_prefix(piece.size());
    const absl::Status status = co_await transport.write(piece);
    EXPECT_TRUE(status.ok()) << status;
    if (!status.ok()) break;
  }
}

// Sends back what comes, and asks for new keys again and again, so that reading has to write.
void echo_with_new_keys(int socket, const TlsServerOptions& options) {
  const TlsSession session = testing::accept_tls(socket, options);
  std::string bytes(100'000, '\0');
  for (int turn = 0;; ++turn) {
    const int count = SSL_read(session.get(), bytes.data(), static_cast<int>(bytes.size()));
    if (count <= 0) return;
    if (turn % 10 == 0 && SSL_version(session.get()) == TLS1_3_VERSION) {
      SSL_key_update(session.get(), SSL_KEY_UPDATE_REQUESTED);
    }
    if (SSL_write(session.get(), bytes.data(), count) <= 0) return;
  }
}

TEST_P(TlsVersions, ReadsAndWritesAtOnce) {
  TlsServerOptions options = server();
  options.max_version = GetParam();
  Peer peer([&](int socket) { echo_with_new_keys(socket, options); });
  auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  const std::string sent = some_bytes();
  const auto both = [](Loop& loop, Transport& stream,
                       const std::string& bytes) -> Task<absl::StatusOr<std::string>> {
    TaskScope scope(loop);
    scope.spawn(write_all(stream, bytes));
    auto received = co_await read(stream, bytes.size());
    co_await scope.join();
    co_return received;
  };
  const auto received = loop_.run(both(loop_, **transport, sent));
  ASSERT_TRUE(received.ok()) << received.status();
  EXPECT_TRUE(*received == sent);
  (*transport)->close();
}

TEST_F(TlsTransport, OneReadTakesManyRecords) {
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, server());
    // One write of the socket carries all records: only then are they there at once.
    BIO* const all = BIO_new(BIO_s_mem());
    SSL_set0_wbio(session.get(), all);
    for (int i = 0; i < 100; ++i) SSL_write(session.get(), "record", 6);
    char* bytes = nullptr;
    const long size = BIO_get_mem_data(all, &bytes);
    EXPECT_EQ(::write(socket, bytes, static_cast<std::size_t>(size)), size);
    testing::read_to_the_end(socket);
  });
  const auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  std::string bytes(4096, '\0');
  const auto count = loop_.run((*transport)->read_some(bytes.data(), bytes.size()));
  EXPECT_EQ(count.value_or(0), 600u);
  (*transport)->close();
}

TEST_F(TlsTransport, ReadingAnswersWithoutAWrite) {
  TlsServerOptions options = server();
  options.max_version = TLS1_2_VERSION;
  int answer = 0;
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, options);
    // The wish for another handshake, which is declined.
    SSL_renegotiate(session.get());
    SSL_do_handshake(session.get());
    char byte = 0;
    EXPECT_LE(SSL_read(session.get(), &byte, 1), 0);
    answer = ERR_GET_REASON(ERR_get_error());
  });
  const auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_TRUE(absl::IsUnavailable(read_now(**transport, 1).status()));
  peer.join();
  EXPECT_EQ(answer, SSL_R_NO_RENEGOTIATION);
  (*transport)->close();
}

TEST_F(TlsTransport, TheServersGoodbyeIsTheEnd) {
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, server());
    SSL_write(session.get(), "last", 4);
    SSL_shutdown(session.get());
    testing::read_to_the_end(session.get());
  });
  const auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_EQ(read_now(**transport, 4).value_or("nothing"), "last");
  const auto end = read_now(**transport, 1);
  EXPECT_TRUE(absl::IsUnavailable(end.status())) << end.status();
  EXPECT_EQ(message_of(end.status()), "the NATS server closed the connection");
  (*transport)->close();
  EXPECT_FALSE(loop_.run((*transport)->write("more")).ok());
}

TEST_F(TlsTransport, ClosingEndsAReadThatWaits) {
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, server());
    testing::read_to_the_end(session.get());
  });
  auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  const auto read_and_close = [](Loop& loop, Transport& stream) -> Task<absl::Status> {
    loop.post([&stream] { stream.close(); });
    char byte = 0;
    const auto count = co_await stream.read_some(&byte, 1);
    co_return count.status();
  };
  const absl::Status status = loop_.run(read_and_close(loop_, **transport));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST_F(TlsTransport, ClosingEndsAHandshake) {
  Peer peer([&](int socket) { testing::read_to_the_end(socket); });
  auto transport = loop_.run(connect_by_tcp(peer.port()));
  ASSERT_TRUE(transport.ok()) << transport.status();
  const auto start_and_close = [](Loop& loop, Transport& stream) -> Task<absl::Status> {
    loop.post([&stream] { stream.close(); });
    const TlsOptions options;
    const std::string name = "localhost";
    co_return co_await stream.start_tls(options, name, Deadline::never());
  };
  const absl::Status status = loop_.run(start_and_close(loop_, **transport));
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
}

TEST_F(TlsTransport, ASilentServerIsGivenUpAtTheDeadline) {
  Peer peer([&](int socket) { testing::read_to_the_end(socket); });
  const auto transport =
      connect(peer.port(), trusting(), "localhost", Deadline::after(milliseconds(50)));
  EXPECT_TRUE(absl::IsUnavailable(transport.status())) << transport.status();
  EXPECT_EQ(message_of(transport.status()),
            "the NATS server did not finish the TLS handshake in time");
}

void send(int socket, std::string_view bytes) {
  EXPECT_EQ(::write(socket, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
}

struct BadBytes {
  std::string name;
  std::string bytes;
  std::string message;  // how it begins
};

class TlsBadBytes : public TlsTransport, public ::testing::WithParamInterface<BadBytes> {};

TEST_P(TlsBadBytes, InPlaceOfTheServersHello) {
  Peer peer([&](int socket) {
    send(socket, GetParam().bytes);
    shutdown(socket, SHUT_WR);
    testing::read_to_the_end(socket);
  });
  const auto transport = connect(peer.port(), trusting());
  EXPECT_TRUE(absl::IsUnavailable(transport.status())) << transport.status();
  EXPECT_TRUE(message_of(transport.status()).starts_with(GetParam().message)) << transport.status();
}

INSTANTIATE_TEST_SUITE_P(
    All, TlsBadBytes,
    ::testing::Values(
        BadBytes{"Nothing", "",
                 "the TLS handshake did not come about: the NATS server closed the connection"},
        BadBytes{"HalfARecord", std::string("\x16\x03\x03\x01\x00\x02", 6),
                 "the TLS handshake did not come about: the NATS server closed the connection"},
        BadBytes{"PlainText", "INFO {\"server_id\":\"x\"}\r\n",
                 "the server does not speak TLS: its answer begins with \"INFO {"},
        BadBytes{"Garbage", std::string(1000, '\x16'), "TLS with the server failed: "},
        BadBytes{"TooLong", std::string("\x16\x03\x03\xff\xff", 5) + std::string(70'000, 'x'),
                 "TLS with the server failed: "},
        BadBytes{"AlertHandshakeFailure", std::string("\x15\x03\x03\x00\x02\x02\x28", 7),
                 "the NATS server ended TLS: handshake failure"},
        BadBytes{"AlertProtocolVersion", std::string("\x15\x03\x03\x00\x02\x02\x46", 7),
                 "the NATS server speaks no TLS of version 1.2 or newer"}),
    [](const auto& test) { return test.param.name; });

TEST_F(TlsTransport, PlainTextAfterTheHandshakeIsRefused) {
  Peer peer([&](int socket) {
    const TlsSession session = testing::accept_tls(socket, server());
    SSL_write(session.get(), "good", 4);
    send(socket, "PING\r\nPING\r\nPING\r\nPING\r\n");
    testing::read_to_the_end(socket);
  });
  const auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_EQ(read_now(**transport, 4).value_or("nothing"), "good");
  const auto more = read_now(**transport, 1);
  EXPECT_TRUE(absl::IsUnavailable(more.status())) << more.status();
  EXPECT_TRUE(message_of(more.status()).starts_with("TLS with the server failed: "))
      << more.status();
  (*transport)->close();
}

TEST_F(TlsTransport, AServerOfOldVersionsOnlyIsRefused) {
  TlsServerOptions options = server();
  options.max_version = TLS1_1_VERSION;
  Peer peer([&](int socket) { testing::accept_tls(socket, options); });
  const auto transport = connect(peer.port(), trusting());
  EXPECT_TRUE(absl::IsUnavailable(transport.status())) << transport.status();
  EXPECT_EQ(message_of(transport.status()),
            "the NATS server speaks no TLS of version 1.2 or newer");
}

TEST_F(TlsTransport, ClosingRightAfterTheHandshakeMayMeanOurCertificate) {
  Peer peer([&](int socket) {
    testing::accept_tls(socket, server());
    shutdown(socket, SHUT_WR);
    testing::read_to_the_end(socket);
  });
  auto transport = connect(peer.port(), trusting());
  ASSERT_TRUE(transport.ok()) << transport.status();
  EXPECT_EQ(message_of(read_now(**transport, 1).status()),
            "the NATS server closed the connection, right after the TLS handshake: the server may "
            "want a client certificate, and none is set");
  (*transport)->close();
}

}  // namespace
}  // namespace fairlead::nats
