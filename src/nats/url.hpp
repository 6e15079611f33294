#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/statusor.h>

namespace fairlead::nats {

/// One server to connect to, from its URL.
struct ServerAddress {
  std::string host;
  std::uint16_t port = 4222;
  std::string user;
  std::string password;
  std::string token;
  bool tls = false;         // the URL demands encryption
  std::string tls_name;     // what its certificate must bear, if it is not the host
  bool discovered = false;  // told of by a server of the cluster, not by the program

  /// `host:port`, an IPv6 address in brackets. Never shows credentials.
  std::string display() const;
};

/// Parses a comma-separated list of server URLs. INVALID_ARGUMENT names the part that is wrong,
/// without repeating credentials.
absl::StatusOr<std::vector<ServerAddress>> parse_servers(std::string_view urls);

/// Parses what a server tells of another one of its cluster: `host:port`, without scheme and
/// credentials. INVALID_ARGUMENT names the part that is wrong.
absl::StatusOr<ServerAddress> parse_discovered(std::string_view text);

/// `urls` with user, password and token replaced by `***`: for logs and error messages.
std::string redact_url(std::string_view urls);

}  // namespace fairlead::nats
