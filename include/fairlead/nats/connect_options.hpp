#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "fairlead/logger.hpp"

namespace fairlead::nats {

/// How to connect to NATS. The defaults are those of the official clients (ADR-40).
class ConnectOptions {
 public:
  ConnectOptions() {}
  /// Connects to `url`, as set_url().
  explicit ConnectOptions(std::string url) : url_(std::move(url)) {}

  /// A URL or a comma-separated list of them, tried in order: `nats://[user:password@]host[:4222]`
  /// or `nats://token@host`; a bare `host:port` will do. Percent-encoding in user, password and
  /// token is decoded. Default `nats://127.0.0.1:4222`.
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
  /// 64 MiB.
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
  const std::string& name() const { return name_; }
  std::chrono::milliseconds connect_timeout() const { return connect_timeout_; }
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
  std::string name_ = "fairlead";
  std::chrono::milliseconds connect_timeout_ = std::chrono::seconds(2);
  std::chrono::milliseconds ping_interval_ = std::chrono::minutes(2);
  std::string inbox_prefix_ = "_INBOX";
  bool echo_ = true;
  std::size_t write_limit_ = 64 << 20;
  Logger logger_;
};

}  // namespace fairlead::nats
