#include "tests/integration/line_socket.hpp"

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace fairlead::testing {
namespace {

constexpr int kPatienceMilliseconds = 10'000;

void wait_for(int socket, short what, const char* doing) {
  pollfd waiting{socket, what, 0};
  if (poll(&waiting, 1, kPatienceMilliseconds) <= 0) {
    throw std::runtime_error(std::string("waited in vain while ") + doing);
  }
}

void set_no_delay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

}  // namespace

LineSocket LineSocket::adopt(int socket) {
  set_no_delay(socket);
  return LineSocket(socket, Adopted());
}

LineSocket LineSocket::at_path(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  LineSocket made(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), Adopted());
  if (connect(made.socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    throw std::runtime_error("cannot connect to " + path);
  }
  return made;
}

LineSocket::LineSocket(std::uint16_t port)
    : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  if (connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
    close(socket_);
    throw std::runtime_error("cannot connect to port " + std::to_string(port));
  }
  set_no_delay(socket_);
}

LineSocket::~LineSocket() {
  if (socket_ >= 0) close(socket_);
}

LineSocket::LineSocket(LineSocket&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

void LineSocket::send(std::string_view bytes) {
  while (!bytes.empty()) {
    wait_for(socket_, POLLOUT, "sending");
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) continue;
    if (sent < 0) throw std::runtime_error(std::string("sending failed: ") + strerror(errno));
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

std::string LineSocket::read_line() {
  while (buffer_.find('\n') == std::string::npos) {
    if (!fill()) throw std::runtime_error("the other side closed");
  }
  const std::size_t end = buffer_.find('\n');
  std::string line = buffer_.substr(0, end);
  buffer_.erase(0, end + 1);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

std::string LineSocket::read_bytes(std::size_t count) {
  while (buffer_.size() < count) {
    if (!fill()) throw std::runtime_error("the other side closed");
  }
  std::string bytes = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return bytes;
}

void LineSocket::wait_for_end() {
  while (fill()) buffer_.clear();
}

bool LineSocket::fill() {
  wait_for(socket_, POLLIN, "reading");
  char bytes[64 << 10];
  const ssize_t size = recv(socket_, bytes, sizeof(bytes), 0);
  if (size <= 0) return false;
  buffer_.append(bytes, static_cast<std::size_t>(size));
  return true;
}

}  // namespace fairlead::testing
