#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "fairlead/logger.hpp"
#include "fairlead/nats/tls_options.hpp"

namespace fairlead::nats {

/// How to connect to NATS. The defaults are those of the official clients (ADR-40).
class ConnectOptions {
 public:
  ConnectOptions() {}
  /// Connects to `url`, as set_url().
  explicit ConnectOptions(std::string url) : url_(std::move(url)) {}

  /// A URL or a comma-separated list of them: `nats://[user:password@]host[:4222]` or
  /// `nats://token@host`; a bare `host:port` will do. `tls://` demands encryption.
  /// Percent-encoding in user, password and token is decoded. Default `nats://127.0.0.1:4222`.
  ConnectOptions& set_url(std::string url) {
    url_ = std::move(url);
    return *this;
  }
  /// User and password; a URL that carries its own wins.
  ConnectOptions& set_user(std::string user, std::string password) {
    user_ = std::move(user);
    password_ = std::move(password);
    return *this;
  }
  /// A token; a URL that carries credentials wins.
  ConnectOptions& set_token(std::string token) {
    token_ = std::move(token);
    return *this;
  }
  /// The file that holds an NKey seed (`SU…`), with which the server's challenge is signed. Read
  /// anew at each attempt to connect.
  ConnectOptions& set_nkey_file(std::string path) {
    nkey_file_ = std::move(path);
    return *this;
  }
  /// The file that holds a JWT and its seed, as `nsc generate creds` makes it. Read anew at each
  /// attempt to connect, so that renewed credentials need no restart.
  ConnectOptions& set_credentials_file(std::string path) {
    credentials_file_ = std::move(path);
    return *this;
  }
  /// A user JWT and the seed that signs the server's challenge; none for a bearer JWT.
  ConnectOptions& set_jwt(std::string jwt, std::string seed = {}) {
    jwt_ = std::move(jwt);
    seed_ = std::move(seed);
    return *this;
  }
  /// An NKey seed (`SU…`) that is not in a file.
  ConnectOptions& set_nkey_seed(std::string seed) { return set_jwt({}, std::move(seed)); }
  /// Demands encryption, and says how. Without it TLS is used where the URL or the server asks for
  /// it, with the defaults of TlsOptions.
  ConnectOptions& set_tls(TlsOptions tls) {
    tls_ = std::move(tls);
    return *this;
  }
  /// What the server shows as this connection's name. Default `fairlead`.
  ConnectOptions& set_name(std::string name) {
    name_ = std::move(name);
    return *this;
  }
  /// How long one server may take from the name lookup to its PONG. Default 2 s (nats.go).
  ConnectOptions& set_connect_timeout(std::chrono::milliseconds timeout) {
    connect_timeout_ = timeout;
    return *this;
  }
  /// For how long connect() goes on trying when no server can be reached. Default 0: each server
  /// once.
  ConnectOptions& set_connect_retry(std::chrono::milliseconds duration) {
    connect_retry_ = duration;
    return *this;
  }
  /// How often one server is tried again after a loss before it is given up; when none is left the
  /// connection ends. 0: a loss is the end; negative: for ever. Default 60 (nats.go).
  ConnectOptions& set_max_reconnects(int attempts) {
    max_reconnects_ = attempts;
    return *this;
  }
  /// How long to wait once all servers have been tried, and up to how much more, at random, so that
  /// clients do not come back all at once. Defaults 2 s, 100 ms, and 1 s with TLS (nats.go).
  ConnectOptions& set_reconnect_wait(
      std::chrono::milliseconds wait,
      std::chrono::milliseconds jitter = std::chrono::milliseconds(100),
      std::chrono::milliseconds tls_jitter = std::chrono::seconds(1)) {
    reconnect_wait_ = wait;
    reconnect_jitter_ = jitter;
    reconnect_tls_jitter_ = tls_jitter;
    return *this;
  }
  /// How long to wait instead, given how many times all servers have been tried since the loss,
  /// from 1. Called on the loop; nothing is added to what it says.
  ConnectOptions& set_reconnect_backoff(std::function<std::chrono::milliseconds(int)> backoff) {
    reconnect_backoff_ = std::move(backoff);
    return *this;
  }
  /// Bytes of messages kept while there is no connection, to be sent when there is one again; what
  /// is beyond is refused with UNAVAILABLE. Default 8 MiB (ADR-40).
  ConnectOptions& set_reconnect_buffer(std::size_t bytes) {
    reconnect_buffer_ = bytes;
    return *this;
  }
  /// Goes on trying when a server refuses the credentials a second time for the same reason, as
  /// they may have been renewed meanwhile. Default false: that is the end (ADR-40).
  ConnectOptions& set_ignore_auth_errors(bool ignore) {
    ignore_auth_errors_ = ignore;
    return *this;
  }
  /// Whether servers are tried in random order, so that clients spread over a cluster. Default true
  /// (ADR-40).
  ConnectOptions& set_randomize(bool randomize) {
    randomize_ = randomize;
    return *this;
  }
  /// Whether servers that the cluster tells of are connected to as well. Default true.
  ConnectOptions& set_discover_servers(bool discover) {
    discover_servers_ = discover;
    return *this;
  }
  /// How often a silent server is pinged; after two unanswered ones the connection is lost.
  /// Default 2 min (nats.go).
  ConnectOptions& set_ping_interval(std::chrono::milliseconds interval) {
    ping_interval_ = interval;
    return *this;
  }
  /// What inboxes start with: `_INBOX` unless permissions ask for another. No wildcards, no dot at
  /// its end.
  ConnectOptions& set_inbox_prefix(std::string prefix) {
    inbox_prefix_ = std::move(prefix);
    return *this;
  }
  /// Whether own messages come back on own subscriptions. Default true.
  ConnectOptions& set_echo(bool echo) {
    echo_ = echo;
    return *this;
  }
  /// Bytes that may wait to be written before publish() refuses with RESOURCE_EXHAUSTED. Default
  /// 64 MiB. writable() waits from 256 KiB on, or half of this if it is less.
  ConnectOptions& set_write_limit(std::size_t bytes) {
    write_limit_ = bytes;
    return *this;
  }
  /// Where the connection logs. Default: nowhere.
  ConnectOptions& set_logger(Logger logger) {
    logger_ = std::move(logger);
    return *this;
  }

  const std::string& url() const { return url_; }
  const std::string& user() const { return user_; }
  const std::string& password() const { return password_; }
  const std::string& token() const { return token_; }
  const std::string& nkey_file() const { return nkey_file_; }
  const std::string& credentials_file() const { return credentials_file_; }
  const std::string& jwt() const { return jwt_; }
  const std::string& seed() const { return seed_; }
  const std::optional<TlsOptions>& tls() const { return tls_; }
  const std::string& name() const { return name_; }
  std::chrono::milliseconds connect_timeout() const { return connect_timeout_; }
  std::chrono::milliseconds connect_retry() const { return connect_retry_; }
  int max_reconnects() const { return max_reconnects_; }
  std::chrono::milliseconds reconnect_wait() const { return reconnect_wait_; }
  std::chrono::milliseconds reconnect_jitter() const { return reconnect_jitter_; }
  std::chrono::milliseconds reconnect_tls_jitter() const { return reconnect_tls_jitter_; }
  const std::function<std::chrono::milliseconds(int)>& reconnect_backoff() const {
    return reconnect_backoff_;
  }
  std::size_t reconnect_buffer() const { return reconnect_buffer_; }
  bool ignore_auth_errors() const { return ignore_auth_errors_; }
  bool randomize() const { return randomize_; }
  bool discover_servers() const { return discover_servers_; }
  std::chrono::milliseconds ping_interval() const { return ping_interval_; }
  const std::string& inbox_prefix() const { return inbox_prefix_; }
  bool echo() const { return echo_; }
  std::size_t write_limit() const { return write_limit_; }
  const Logger& logger() const { return logger_; }

 private:
  std::string url_ = "nats://127.0.0.1:4222";
  std::string user_;
  std::string password_;
  std::string token_;
  std::string nkey_file_;
  std::string credentials_file_;
  std::string jwt_;
  std::string seed_;
  std::optional<TlsOptions> tls_;
  std::string name_ = "fairlead";
  std::chrono::milliseconds connect_timeout_ = std::chrono::seconds(2);
  std::chrono::milliseconds connect_retry_{0};
  int max_reconnects_ = 60;
  std::chrono::milliseconds reconnect_wait_ = std::chrono::seconds(2);
  std::chrono::milliseconds reconnect_jitter_{100};
  std::chrono::milliseconds reconnect_tls_jitter_ = std::chrono::seconds(1);
  std::function<std::chrono::milliseconds(int)> reconnect_backoff_;
  std::size_t reconnect_buffer_ = 8 << 20;
  bool ignore_auth_errors_ = false;
  bool randomize_ = true;
  bool discover_servers_ = true;
  std::chrono::milliseconds ping_interval_ = std::chrono::minutes(2);
  std::string inbox_prefix_ = "_INBOX";
  bool echo_ = true;
  std::size_t write_limit_ = 64 << 20;
  Logger logger_;
};

}  // namespace fairlead::nats
