#include <cstdint>
#include <cstdlib>

#include "nats/handshake.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

// The bytes are the JSON of an INFO line. Whatever it says, the answer to it is one line, and its
// servers are addresses or errors.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto info = fairlead::nats::parse_server_info(json);
  if (!info.ok()) {
    require(!info.status().message().empty());
    return 0;
  }
  for (const std::string& url : info->connect_urls) {
    const auto server = fairlead::nats::parse_discovered(url);
    require(!server.ok() || (server->discovered && !server->host.empty() && server->port != 0));
  }
  fairlead::nats::ConnectOptions options;
  options.set_nkey_seed("SUAG66UFSCN2NMN4Y7JN32HT7YERIHZKGVAEWVTBNR3YFDMYUOXLTREBAM");
  const auto line = connect_line(*info, fairlead::nats::ServerAddress(), options, true);
  require(line.ok() == !info->nonce.empty());
  if (line.ok()) require(line->find('\n') == line->size() - 1);
  return 0;
}
