#include "tests/fault/lying_server.hpp"

#include <exception>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairlead::testing {

void LyingPeer::send_until_end(std::string_view bytes) {
  try {
    socket_.send(bytes);
  } catch (const std::runtime_error&) {
    // It closed in the middle.
  }
}

std::string LyingPeer::read_until(std::string_view start) {
  while (true) {
    std::string line = socket_.read_line();
    if (std::string_view(line).starts_with(start)) return line;
    if (line == "PING") send("PONG\r\n");
  }
}

void LyingPeer::greet(std::string_view info) {
  send("INFO {\"server_id\":\"L\",\"version\":\"2.9.10\",\"proto\":1,\"headers\":true");
  send(info);
  send("}\r\n");
  read_until("CONNECT ");
  read_until("PING");
  send("PONG\r\n");
}

std::string LyingPeer::read_publication(std::string& payload) {
  while (true) {
    std::string line = socket_.read_line();
    if (line == "PING") send("PONG\r\n");
    if (!line.starts_with("PUB ") && !line.starts_with("HPUB ")) continue;
    const std::size_t size = std::stoul(line.substr(line.rfind(' ') + 1));
    payload = socket_.read_bytes(size + 2).substr(0, size);
    return line;
  }
}

LyingServer::LyingServer(std::vector<Script> scripts) : scripts_(std::move(scripts)) {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(reservation_.port());
  if (bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0 ||
      listen(listener_, 16) != 0) {
    throw std::runtime_error("the lying server cannot listen");
  }
  thread_ = std::thread([this] { run(); });
}

LyingServer::~LyingServer() {
  finish();
}

std::string LyingServer::finish() {
  if (thread_.joinable()) thread_.join();
  return problem_;
}

void LyingServer::run() {
  for (const Script& script : scripts_) {
    pollfd waiting{listener_, POLLIN, 0};
    if (poll(&waiting, 1, 10'000) <= 0) {
      problem_ += "nobody connected\n";
      break;
    }
    LyingPeer peer(LineSocket::adopt(accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC)));
    // The port is refused from the moment that nothing more is expected on it.
    if (&script == &scripts_.back()) {
      close(listener_);
      listener_ = -1;
    }
    try {
      script(peer);
    } catch (const std::exception& error) {
      problem_ += std::string(error.what()) + "\n";
    }
  }
  if (listener_ >= 0) close(listener_);
}

}  // namespace fairlead::testing
