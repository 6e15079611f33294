#include "nats/url.hpp"

#include <charconv>
#include <optional>

#include <absl/strings/str_join.h>

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
        concat("the port is \"", text, "\"; expected a number from 1 to 65535"));
  }
  server.port = static_cast<std::uint16_t>(*port);
  return absl::OkStatus();
}

absl::Status set_host_and_port(std::string_view text, ServerAddress& server) {
  if (!text.empty() && text.front() == '[') {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return absl::InvalidArgumentError("\"[\" without \"]\"");
    server.host = std::string(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    if (!text.empty() && text.front() != ':') {
      return absl::InvalidArgumentError("expected \":\" and a port after \"]\"");
    }
    if (!text.empty()) return set_port(text.substr(1), server);
  } else {
    const std::size_t colon = text.find(':');
    server.host = std::string(text.substr(0, colon));
    if (colon != std::string_view::npos) {
      if (const auto status = set_port(text.substr(colon + 1), server); !status.ok()) return status;
    }
  }
  if (server.host.empty()) return absl::InvalidArgumentError("the host is missing");
  for (const char c : server.host) {
    if (c <= ' ' || c == 0x7f) return absl::InvalidArgumentError("the host contains a blank");
  }
  return absl::OkStatus();
}

absl::StatusOr<ServerAddress> parse_server(std::string_view url) {
  ServerAddress server;
  std::string_view rest = url;
  if (const std::size_t scheme = rest.find("://"); scheme != std::string_view::npos) {
    const std::string_view name = rest.substr(0, scheme);
    if (name == "tls") {
      return absl::UnimplementedError(
          "the scheme \"tls\" is not supported yet; use \"nats\" on a network you trust");
    }
    if (name != "nats") {
      return absl::InvalidArgumentError(concat("the scheme is \"", name, "\"; expected \"nats\""));
    }
    rest.remove_prefix(scheme + 3);
  }
  if (!rest.empty() && rest.back() == '/') rest.remove_suffix(1);
  if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
    if (const auto status = set_credentials(rest.substr(0, at), server); !status.ok()) {
      return status;
    }
    rest.remove_prefix(at + 1);
  }
  if (const auto status = set_host_and_port(rest, server); !status.ok()) return status;
  return server;
}

}  // namespace

std::string ServerAddress::display() const {
  if (host.find(':') != std::string::npos) return concat("[", host, "]:", port);
  return concat(host, ":", port);
}

absl::StatusOr<std::vector<ServerAddress>> parse_servers(std::string_view urls) {
  std::vector<ServerAddress> servers;
  for (const std::string_view piece : split(urls, ',')) {
    const std::string_view url = trim(piece);
    if (url.empty()) {
      return absl::InvalidArgumentError(concat("\"", redact_url(urls), "\": an empty URL"));
    }
    auto server = parse_server(url);
    if (!server.ok()) {
      return absl::Status(server.status().code(),
                          concat("\"", redact_url(url), "\": ", message_of(server.status())));
    }
    servers.push_back(*std::move(server));
  }
  return servers;
}

std::string redact_url(std::string_view urls) {
  // Everything between a scheme and the last @ before the next scheme goes: a password with a comma
  // in it shows nothing then, and at worst a server's name in a list is hidden too.
  std::string redacted;
  while (!urls.empty()) {
    const std::size_t scheme = urls.find("://");
    const std::size_t start = scheme == std::string_view::npos ? 0 : scheme + 3;
    const std::size_t next_scheme = urls.find("://", start);
    std::size_t end = urls.size();
    if (next_scheme != std::string_view::npos) {
      const std::size_t comma = urls.rfind(',', next_scheme);
      if (comma != std::string_view::npos && comma >= start) end = comma + 1;
    }
    const std::string_view url = urls.substr(0, end);
    const std::size_t at = url.rfind('@');
    if (at == std::string_view::npos) {
      append(redacted, url);
    } else {
      append(redacted, at < start ? std::string_view() : url.substr(0, start), "***",
             url.substr(at));
    }
    urls.remove_prefix(end);
  }
  return redacted;
}

}  // namespace fairlead::nats
