#include "nats/url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include <absl/strings/ascii.h>
#include <arpa/inet.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

std::optional<std::string> percent_decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      decoded += text[i];
      continue;
    }
    unsigned value = 0;
    if (i + 2 >= text.size()) return std::nullopt;
    const char* const digits = text.data() + i + 1;
    if (std::from_chars(digits, digits + 2, value, 16).ptr != digits + 2) return std::nullopt;
    decoded += static_cast<char>(value);
    i += 2;
  }
  return decoded;
}

absl::Status set_credentials(std::string_view text, ServerAddress& server) {
  const std::size_t colon = text.find(':');
  const auto first = percent_decode(text.substr(0, colon));
  if (!first) return absl::InvalidArgumentError("bad percent-encoding in the credentials");
  if (first->empty()) return absl::InvalidArgumentError("no user and no token before \"@\"");
  if (colon == std::string_view::npos) {
    server.token = *first;
    return absl::OkStatus();
  }
  const auto second = percent_decode(text.substr(colon + 1));
  if (!second) return absl::InvalidArgumentError("bad percent-encoding in the credentials");
  server.user = *first;
  server.password = *second;
  return absl::OkStatus();
}

absl::Status set_port(std::string_view text, ServerAddress& server) {
  const auto port = parse_number(text);
  if (!port || *port == 0 || *port > 65535) {
    return absl::InvalidArgumentError(
        concat("the port is \"", escape(text), "\"; expected a number from 1 to 65535"));
  }
  server.port = static_cast<std::uint16_t>(*port);
  return absl::OkStatus();
}

bool is_ipv6(std::string_view text) {
  in6_addr ignored;
  const std::string address(text.substr(0, text.find('%')));  // fe80::1%eth0: with its zone
  return inet_pton(AF_INET6, address.c_str(), &ignored) == 1;
}

absl::Status check_host_name(std::string_view host) {
  if (host.empty()) return absl::InvalidArgumentError("the host is missing");
  for (const char c : host) {
    const auto letter = static_cast<unsigned char>(c);
    if (absl::ascii_isalnum(letter) || c == '-' || c == '.' || c == '_') continue;
    return absl::InvalidArgumentError(
        concat("the host has the character \"", escape({&c, 1}), "\""));
  }
  return absl::OkStatus();
}

absl::Status set_ipv6_and_port(std::string_view text, ServerAddress& server) {
  const std::size_t end = text.find(']');
  if (end == std::string_view::npos) return absl::InvalidArgumentError("\"[\" without \"]\"");
  server.host = std::string(text.substr(1, end - 1));
  if (!is_ipv6(server.host)) {
    return absl::InvalidArgumentError(
        concat("\"", escape(server.host), "\" in brackets is not an IPv6 address"));
  }
  text.remove_prefix(end + 1);
  if (text.empty()) return absl::OkStatus();
  if (text.front() != ':') {
    return absl::InvalidArgumentError("expected \":\" and a port after \"]\"");
  }
  return set_port(text.substr(1), server);
}

absl::Status set_host_and_port(std::string_view text, ServerAddress& server) {
  if (const std::size_t end = text.find_first_of("/?#"); end != std::string_view::npos) {
    return absl::InvalidArgumentError(
        concat("\"", escape(text.substr(end)), "\" follows host and port; nothing is expected"));
  }
  if (text.starts_with('[')) return set_ipv6_and_port(text, server);
  if (is_ipv6(text)) {
    return absl::InvalidArgumentError(
        concat("an IPv6 address stands in brackets: \"[", text, "]\""));
  }
  const std::size_t colon = text.find(':');
  server.host = std::string(text.substr(0, colon));
  if (absl::Status status = check_host_name(server.host); !status.ok()) return status;
  if (colon == std::string_view::npos) return absl::OkStatus();
  return set_port(text.substr(colon + 1), server);
}

/// The `nats` of `nats://host`, and nothing if it has no scheme: `://` may stand in a password.
std::string_view scheme_of(std::string_view url) {
  const std::string_view scheme = url.substr(0, url.find("://"));
  if (scheme.size() == url.size()) return {};
  for (const char letter : scheme) {
    const bool is_part = absl::ascii_isalnum(static_cast<unsigned char>(letter)) || letter == '+' ||
                         letter == '-' || letter == '.';
    if (!is_part) return {};
  }
  return scheme;
}

bool is_nats_scheme(std::string_view scheme) {
  return equals_ignore_case(scheme, "nats") || equals_ignore_case(scheme, "tls");
}

absl::Status check_scheme(std::string_view scheme) {
  if (is_nats_scheme(scheme)) return absl::OkStatus();
  if (equals_ignore_case(scheme, "ws") || equals_ignore_case(scheme, "wss")) {
    return absl::InvalidArgumentError(concat("the scheme is \"", scheme,
                                             "\", and NATS over WebSocket is not supported; "
                                             "expected \"nats\" or \"tls\""));
  }
  return absl::InvalidArgumentError(
      concat("the scheme is \"", scheme, "\"; expected \"nats\" or \"tls\""));
}

absl::StatusOr<ServerAddress> parse_server(std::string_view url) {
  ServerAddress server;
  std::string_view rest = url;
  if (const std::string_view scheme = scheme_of(url); !scheme.empty()) {
    if (absl::Status status = check_scheme(scheme); !status.ok()) return status;
    server.tls = equals_ignore_case(scheme, "tls");
    rest.remove_prefix(scheme.size() + 3);
  }
  if (rest.ends_with('/')) rest.remove_suffix(1);
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (const auto status = set_credentials(rest.substr(0, at), server); !status.ok()) {
      return status;
    }
    rest.remove_prefix(at + 1);
  }
  if (const auto status = set_host_and_port(rest, server); !status.ok()) return status;
  return server;
}

/// Where the next URL with a scheme begins behind the first; the end if there is none. Commas alone
/// do not tell: there may be one in a password.
std::size_t next_url(std::string_view urls) {
  for (std::size_t comma = urls.find(','); comma != std::string_view::npos;
       comma = urls.find(',', comma + 1)) {
    if (is_nats_scheme(scheme_of(trim(urls.substr(comma + 1))))) return comma + 1;
  }
  return urls.size();
}

/// The first URL of `urls` is wrong, but it may be so because its password has a comma: then what
/// is wrong with it would show a part of that.
bool may_be_cut(std::string_view url, std::string_view urls) {
  return url.find('@') == std::string_view::npos &&
         urls.substr(0, next_url(urls)).find('@') != std::string_view::npos;
}

absl::Status explain(const absl::Status& status, std::string_view url, std::string_view urls) {
  if (may_be_cut(url, urls)) {
    const std::string_view whole = urls.substr(0, next_url(urls));
    return absl::InvalidArgumentError(concat("\"", escape(redact_url(whole)),
                                             "\": not a URL; a comma in user, password or token "
                                             "is written %2C"));
  }
  return absl::Status(status.code(),
                      concat("\"", escape(redact_url(url)), "\": ", message_of(status)));
}

}  // namespace

std::string ServerAddress::display() const {
  if (host.find(':') != std::string::npos) return concat("[", host, "]:", port);
  return concat(host, ":", port);
}

absl::StatusOr<std::vector<ServerAddress>> parse_servers(std::string_view urls) {
  std::vector<ServerAddress> servers;
  std::string_view rest = urls;
  for (const std::string_view piece : split(urls, ',')) {
    const std::string_view url = trim(piece);
    auto server = url.empty() ? absl::InvalidArgumentError("an empty URL") : parse_server(url);
    if (!server.ok()) return explain(server.status(), url.empty() ? urls : url, rest);
    servers.push_back(*std::move(server));
    rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
  }
  return servers;
}

absl::StatusOr<ServerAddress> parse_discovered(std::string_view text) {
  ServerAddress server;
  server.discovered = true;
  if (const auto status = set_host_and_port(text, server); !status.ok()) {
    return absl::Status(status.code(), concat("\"", escape(text), "\": ", message_of(status)));
  }
  return server;
}

std::string redact_url(std::string_view urls) {
  // Everything between a scheme and the last @ before the next scheme goes: a password with a comma
  // in it shows nothing then, and at worst a server's name in a list is hidden too.
  std::string redacted;
  while (!urls.empty()) {
    const std::string_view url = urls.substr(0, next_url(urls));
    const std::size_t at = url.rfind('@');
    if (at == std::string_view::npos) {
      append(redacted, url);
    } else {
      const std::string_view scheme = scheme_of(trim(url));
      append(redacted, scheme, scheme.empty() ? "" : "://", "***", url.substr(at));
    }
    urls.remove_prefix(url.size());
  }
  return redacted;
}

}  // namespace fairlead::nats
