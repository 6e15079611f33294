#include "bench/telemetry/receiver.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairlead::bench {
namespace {

// Reads one request, of which the client says how long it is; false if it ends before.
bool read_request(int socket) {
  constexpr std::string_view kLength = "Content-Length: ";
  std::string request;
  char bytes[16384];
  while (true) {
    const ssize_t size = read(socket, bytes, sizeof(bytes));
    if (size <= 0) return false;
    request.append(bytes, static_cast<std::size_t>(size));
    const std::size_t head = request.find("\r\n\r\n");
    const std::size_t length = request.find(kLength);
    if (head == std::string::npos || length == std::string::npos) continue;
    const auto body = std::strtoull(request.c_str() + length + kLength.size(), nullptr, 10);
    if (request.size() >= head + 4 + body) return true;
  }
}

}  // namespace

Receiver::Receiver() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* const plain = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, plain, size) != 0 || listen(listener_, 16) != 0 ||
      getsockname(listener_, plain, &size) != 0) {
    std::perror("bench_telemetry: no receiver of traces");
    std::exit(1);
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

Receiver::~Receiver() {
  shutdown(listener_, SHUT_RDWR);
  thread_.join();
  close(listener_);
}

void Receiver::serve() {
  constexpr std::string_view kAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
  while (true) {
    const int socket = accept(listener_, nullptr, nullptr);
    if (socket < 0) return;
    if (read_request(socket) && write(socket, kAnswer.data(), kAnswer.size()) > 0) ++requests_;
    close(socket);
  }
}

}  // namespace fairlead::bench
