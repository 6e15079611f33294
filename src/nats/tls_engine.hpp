#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <openssl/ssl.h>

#include "fairlead/nats/tls_options.hpp"

#include "core/byte_buffer.hpp"
#include "nats/tls_failure.hpp"
#include "nats/tls_info.hpp"

namespace fairlead::nats {

class TlsIdentity;

/// One side of TLS without any I/O: OpenSSL between two buffers.
///
/// Asio's ssl::stream moves one record of 16 KiB with each read and write of the socket. Here one
/// read takes all the records that the socket has, and one write carries all that a batch fills.
class TlsEngine {
 public:
  /// INVALID_ARGUMENT for options that cannot be followed.
  static absl::StatusOr<std::unique_ptr<TlsEngine>> create(const TlsOptions& options,
                                                           const std::string& name);
  /// A client's side towards a peer that is known by its certificate alone, whoever signed it and
  /// whatever name it bears: the one with this SHA-256, in hexadecimal digits. TLS 1.3 only.
  /// `peer`, a literal, is what errors call it.
  static absl::StatusOr<std::unique_ptr<TlsEngine>> create_pinned(std::string fingerprint,
                                                                  std::string_view peer);
  /// A server's side; of TLS 1.3 only, as `identity` has it.
  static absl::StatusOr<std::unique_ptr<TlsEngine>> accept(const TlsIdentity& identity,
                                                           std::string_view peer);
  TlsEngine(const TlsEngine&) = delete;
  TlsEngine& operator=(const TlsEngine&) = delete;

  /// What has come from the server, encrypted.
  ByteBuffer& input() { return input_; }
  /// What is to go to the server, encrypted. Any call below may add to it, failed ones too.
  ByteBuffer& output() { return output_; }

  /// Goes on with the handshake; true once it is done, false while it needs more input.
  absl::StatusOr<bool> handshake();

  /// Decrypts as much as `size` allows; 0 if it needs more input.
  absl::StatusOr<std::size_t> read(char* to, std::size_t size);

  /// Encrypts all of `bytes`.
  absl::Status write(std::string_view bytes);

  /// Tells the server that nothing more will come.
  void finish();

  /// After the handshake.
  TlsInfo info() const;
  const TlsOptions& options() const { return options_; }
  std::string_view peer() const { return peer_; }
  /// Whether it is the client's side towards a server of NATS.
  bool is_to_server() const { return is_to_server_; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const { SSL_free(ssl); }
  };

  TlsEngine(const TlsOptions& options, const std::string& name) : options_(options), name_(name) {}
  absl::Status set_up();
  absl::Status use(SSL_CTX& context);
  absl::Status check_pin();
  absl::Status set_name();
  absl::Status failure(int error);
  static int on_verified(int accepted, X509_STORE_CTX* store);

  TlsOptions options_;
  std::string name_;
  std::string_view peer_ = "the NATS server";
  bool is_to_server_ = true;
  std::string pin_;  // empty: the peer is judged in another way, or not
  ByteBuffer input_;
  ByteBuffer output_;
  std::unique_ptr<SSL, FreeSsl> ssl_;
  TlsObjection objection_;
  absl::Status read_failure_;  // came behind bytes that had to be delivered first
  bool heard_ = false;         // something came from the server
};

}  // namespace fairlead::nats
