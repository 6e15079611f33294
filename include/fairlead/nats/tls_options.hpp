#pragma once

#include <string>

namespace fairlead::nats {

/// How a connection is encrypted. TLS 1.2 is the least version. Files are PEM and read anew at each
/// attempt to connect, so that a renewed certificate needs no restart.
class TlsOptions {
 public:
  TlsOptions() {}

  /// The certificates that the server's must descend from. Default: those the system trusts.
  TlsOptions& set_ca_file(std::string path) {
    ca_file_ = std::move(path);
    return *this;
  }
  /// The client's own certificate (its chain after it) and private key, for servers that ask.
  TlsOptions& set_certificate(std::string certificate_file, std::string key_file) {
    certificate_file_ = std::move(certificate_file);
    key_file_ = std::move(key_file);
    return *this;
  }
  /// The name that the server's certificate must bear. Default: the host of its URL; for servers
  /// that a cluster told of by address alone, the host of the URL that was connected with.
  TlsOptions& set_server_name(std::string name) {
    server_name_ = std::move(name);
    return *this;
  }
  /// Encrypts before the server says anything, as servers with `handshake_first` expect (2.10.4 and
  /// later). Default false: the server's INFO comes in the clear.
  TlsOptions& set_first(bool first) {
    first_ = first;
    return *this;
  }
  /// Accepts any certificate: whoever sits between can read and change everything. For tests.
  TlsOptions& set_insecure(bool insecure) {
    insecure_ = insecure;
    return *this;
  }

  const std::string& ca_file() const { return ca_file_; }
  const std::string& certificate_file() const { return certificate_file_; }
  const std::string& key_file() const { return key_file_; }
  const std::string& server_name() const { return server_name_; }
  bool first() const { return first_; }
  bool insecure() const { return insecure_; }

 private:
  std::string ca_file_;
  std::string certificate_file_;
  std::string key_file_;
  std::string server_name_;
  bool first_ = false;
  bool insecure_ = false;
};

}  // namespace fairlead::nats
