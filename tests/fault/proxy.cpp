#include "tests/fault/proxy.hpp"

#include <algorithm>
#include <cerrno>
#include <deque>
#include <future>
#include <memory>
#include <stdexcept>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace fairlead::testing {
namespace {

constexpr std::size_t kMostPending = 32 << 20;

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(port);
  return address;
}

void set_no_delay(int socket) {
  const int on = 1;
  setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

struct Piece {
  Proxy::Clock::time_point due;
  std::string bytes;
};

}  // namespace

/// One direction of a connection.
struct ProxyStream {
  std::deque<Piece> pieces;
  std::size_t pending = 0;
  bool ended = false;  ///< Nothing more comes in.
};

struct ProxyLink {
  int client = -1;
  int server = -1;
  ProxyStream from_client;
  ProxyStream from_server;
  bool over = false;

  ~ProxyLink() {
    if (client >= 0) close(client);
    if (server >= 0) close(server);
  }
};

Proxy::Proxy(std::uint16_t target) : target_(target) {
  if (pipe(actions_) != 0) throw std::runtime_error("no pipe for the proxy");
  listen();
  thread_ = std::thread([this] { run(); });
}

Proxy::~Proxy() {
  call([this] { stopping_ = true; });
  thread_.join();
  stop_listening();
  close(actions_[0]);
  close(actions_[1]);
}

void Proxy::call(std::function<void()> action) {
  auto done = std::make_shared<std::promise<void>>();
  std::future<void> finished = done->get_future();
  auto* wrapped = new std::function<void()>([action = std::move(action), done] {
    action();
    done->set_value();
  });
  if (write(actions_[1], &wrapped, sizeof(wrapped)) != sizeof(wrapped)) std::terminate();
  finished.wait();
}

void Proxy::cut() {
  call([this] { links_.clear(); });
}

void Proxy::refuse(bool refused) {
  call([this, refused] {
    stop_listening();
    if (!refused) listen();
  });
}

void Proxy::black_hole(bool silent) {
  call([this, silent] { silent_ = silent; });
}

void Proxy::delay(std::chrono::milliseconds duration) {
  call([this, duration] { delay_ = duration; });
}

void Proxy::byte_by_byte(bool one) {
  call([this, one] { byte_by_byte_ = one; });
}

void Proxy::cut_after(std::size_t count) {
  call([this, count] { left_ = count; });
}

void Proxy::listen() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const sockaddr_in address = loopback(port());
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 ||
      ::listen(listener_, 128) != 0) {
    throw std::runtime_error("the proxy cannot listen");
  }
}

void Proxy::stop_listening() {
  if (listener_ >= 0) close(listener_);
  listener_ = -1;
}

void Proxy::accept_one() {
  const int client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (client < 0) return;
  ProxyLink& link = links_.emplace_back();
  link.client = client;
  link.server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = loopback(target_);
  if (connect(link.server, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    links_.pop_back();
    return;
  }
  set_no_delay(link.client);
  set_no_delay(link.server);
}

namespace {

// Takes what has come in on one side.
void take(int socket, ProxyStream& stream, Proxy::Clock::time_point due) {
  char bytes[64 << 10];
  const ssize_t size = recv(socket, bytes, sizeof(bytes), MSG_DONTWAIT);
  if (size > 0) {
    stream.pieces.push_back({due, std::string(bytes, static_cast<std::size_t>(size))});
    stream.pending += static_cast<std::size_t>(size);
  } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
    stream.ended = true;
  }
}

}  // namespace

// Sends on what is due.
void Proxy::forward(ProxyLink& link, bool from_server) {
  ProxyStream& stream = from_server ? link.from_server : link.from_client;
  const int out = from_server ? link.client : link.server;
  while (!stream.pieces.empty() && !link.over) {
    Piece& piece = stream.pieces.front();
    if (piece.due > Clock::now()) return;
    std::size_t size = piece.bytes.size();
    if (byte_by_byte_) size = 1;
    if (from_server) size = std::min(size, left_);
    const ssize_t sent = send(out, piece.bytes.data(), size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      link.over = errno != EAGAIN && errno != EINTR;
      return;
    }
    if (from_server && left_ != SIZE_MAX) left_ -= static_cast<std::size_t>(sent);
    if (left_ == 0) {
      link.over = true;
      left_ = SIZE_MAX;
    }
    piece.bytes.erase(0, static_cast<std::size_t>(sent));
    stream.pending -= static_cast<std::size_t>(sent);
    if (piece.bytes.empty()) stream.pieces.pop_front();
    if (byte_by_byte_) return;
  }
  if (stream.ended && stream.pieces.empty()) link.over = true;
}

void Proxy::serve(ProxyLink& link) {
  const Clock::time_point due = Clock::now() + delay_;
  if (link.from_client.pending < kMostPending) take(link.client, link.from_client, due);
  if (link.from_server.pending < kMostPending) take(link.server, link.from_server, due);
  forward(link, false);
  forward(link, true);
}

void Proxy::run() {
  while (!stopping_) {
    std::vector<pollfd> waiting = {{actions_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    int timeout = -1;
    if (!silent_) {
      const auto watch = [&](int in, int out, ProxyStream& stream) {
        if (!stream.ended && stream.pending < kMostPending) waiting.push_back({in, POLLIN, 0});
        if (stream.pieces.empty()) return;
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(stream.pieces.front().due - Clock::now());
        if (left.count() <= 0) {
          waiting.push_back({out, POLLOUT, 0});
        } else if (timeout < 0 || left.count() < timeout) {
          timeout = static_cast<int>(left.count());
        }
      };
      for (ProxyLink& link : links_) {
        watch(link.client, link.server, link.from_client);
        watch(link.server, link.client, link.from_server);
      }
    }
    poll(waiting.data(), waiting.size(), timeout);
    if (waiting[0].revents != 0) {
      std::function<void()>* raw = nullptr;
      if (read(actions_[0], &raw, sizeof(raw)) != sizeof(raw)) std::terminate();
      const std::unique_ptr<std::function<void()>> action(raw);
      (*action)();
    }
    if (listener_ >= 0 && waiting[1].revents != 0) accept_one();
    if (silent_) continue;
    for (ProxyLink& link : links_) serve(link);
    links_.remove_if([](const ProxyLink& link) { return link.over; });
  }
}

}  // namespace fairlead::testing
