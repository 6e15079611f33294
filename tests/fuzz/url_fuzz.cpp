#include <cstdint>
#include <cstdlib>
#include <string>

#include "core/strings.hpp"
#include "nats/url.hpp"

namespace {

using fairlead::nats::parse_discovered;
using fairlead::nats::parse_servers;
using fairlead::nats::redact_url;

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_plain(std::string_view text) {
  for (const char c : text) {
    if (c <= ' ' || c >= 0x7f || c == '@' || c == ',' || c == '/') return false;
  }
  return !text.empty();
}

}  // namespace

// The bytes are a list of URLs; then a password. Addresses that are accepted read back as they are
// shown, and a password that stands where one belongs is in no error.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto servers = parse_servers(text);
  if (servers.ok()) {
    for (const auto& server : *servers) {
      require(!server.host.empty() && server.port != 0 && !server.discovered);
      const auto again = parse_discovered(server.display());
      require(again.ok() && again->host == server.host && again->port == server.port);
    }
  } else {
    require(fairlead::message_of(servers.status()).starts_with("\""));
  }
  require(redact_url(redact_url(text)) == redact_url(text));

  for (const std::string_view part : {"s3cr3t", "p4ss"}) {
    if (text.find(part) != std::string_view::npos) return 0;  // what is said of it proves nothing
  }
  const std::string secret = "s3cr3t,://p4ss";
  const std::string_view rest = is_plain(text) ? text : std::string_view("host:port");
  const std::string url = fairlead::concat("nats://user:", secret, "@", rest);
  require(redact_url(url).find("s3cr3t") == std::string::npos);
  const auto hidden = parse_servers(url);
  if (!hidden.ok()) {
    require(fairlead::message_of(hidden.status()).find("s3cr3t") == std::string_view::npos);
    require(fairlead::message_of(hidden.status()).find("p4ss") == std::string_view::npos);
  }
  return 0;
}
