// The same subjects, headers and payload sizes as Fairlead's, reply subjects that are used again
// among them, with nothing but sockets: what a program reaches that does no work beside
// moving the bytes. It reads big and writes once per read.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/peers/cpp/load.hpp"
#include "bench/rpc_nats/sides.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kSubject = "calc.Calc.Average";
constexpr std::string_view kInbox = "_INBOX.RawBenchRawBenchRawBen.";
constexpr std::string_view kHeader = "NATS/1.0\r\ngrpc-timeout: 2000000u\r\nfl-call: ";
constexpr std::string_view kReplyHeader = "NATS/1.0\r\nfl-call: ";
constexpr std::string_view kHeaderEnd = "\r\n\r\n";
constexpr std::size_t kNumberSize = 8;
constexpr std::string_view kRequest = "\x0a\x0c\xcd\xcc\x8c\x3f\0\0\0\x40\0\0\x60\x40";
constexpr std::size_t kRequestSize = 14;
constexpr std::size_t kReplySize = 14;
constexpr std::string_view kReplySizes = " 31 45";
static_assert(kReplyHeader.size() + kNumberSize + kHeaderEnd.size() == 31 && 31 + kReplySize == 45);

class Socket {
 public:
  explicit Socket(const Load& load) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_port = htons(load.port);
    inet_pton(AF_INET, load.host.c_str(), &address.sin_addr);
    if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) _exit(1);
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    in_.resize(256 << 10);
    out_.append(
        "CONNECT {\"verbose\":false,\"pedantic\":false,\"headers\":true,\"no_responders\":true,"
        "\"protocol\":1,\"echo\":true}\r\n");
  }

  std::string& out() { return out_; }

  void flush() {
    std::size_t sent = 0;
    while (sent < out_.size()) {
      const ssize_t count = write(fd_, out_.data() + sent, out_.size() - sent);
      if (count <= 0) _exit(1);
      sent += static_cast<std::size_t>(count);
    }
    out_.clear();
  }

  // Reads once and gives each whole operation's line and body to `handle`. False at the end.
  template <typename F>
  bool read_operations(F handle) {
    const ssize_t count = read(fd_, in_.data() + end_, in_.size() - end_);
    if (count <= 0) return false;
    end_ += static_cast<std::size_t>(count);
    std::string_view rest(in_.data(), end_);
    while (true) {
      const std::size_t line_end = rest.find("\r\n");
      if (line_end == std::string_view::npos) break;
      const std::string_view line = rest.substr(0, line_end);
      std::size_t size = 0;
      std::size_t whole = line_end + 2;
      if (line.starts_with("MSG") || line.starts_with("HMSG")) {
        const std::size_t blank = line.rfind(' ');
        std::from_chars(line.data() + blank + 1, line.data() + line.size(), size);
        whole += size + 2;
      }
      if (rest.size() < whole) break;
      if (line == "PING") {
        out_.append("PONG\r\n");
      } else {
        handle(line, rest.substr(line_end + 2, size));
      }
      rest.remove_prefix(whole);
    }
    std::memmove(in_.data(), rest.data(), rest.size());
    end_ = rest.size();
    return true;
  }

  int fd() const { return fd_; }

 private:
  int fd_;
  std::string in_;
  std::string out_;
  std::size_t end_ = 0;
};

std::string_view word(std::string_view line, int index) {
  for (; index > 0; --index) line.remove_prefix(line.find(' ') + 1);
  return line.substr(0, line.find(' '));
}

}  // namespace

int serve_with_sockets(const Load& load) {
  Socket socket(load);
  socket.out().append("SUB ").append(kSubject).append(" q 1\r\nPING\r\n");
  socket.flush();
  bool ready = false;
  pollfd files[2] = {{socket.fd(), POLLIN, 0}, {0, POLLIN, 0}};
  while (poll(files, 2, -1) > 0) {
    if (files[1].revents != 0) return 0;  // the parent closes our input when it has measured
    const bool open = socket.read_operations([&](std::string_view line, std::string_view body) {
      if (line == "PONG" && !ready) {
        ready = true;
        std::puts(load.ready.c_str());
        std::fflush(stdout);
      }
      if (!line.starts_with("HMSG")) return;
      socket.out()
          .append("HPUB ")
          .append(word(line, 3))
          .append(kReplySizes)
          .append("\r\n")
          .append(kReplyHeader)
          .append(body.substr(kHeader.size(), kNumberSize))
          .append(kHeaderEnd)
          .append(kReplySize, 'x')
          .append("\r\n");
    });
    if (!open) return 1;
    socket.flush();
  }
  return 1;
}

Result call_with_sockets(const Load& load) {
  Socket socket(load);
  socket.out().append("SUB ").append(kInbox).append("* 1\r\n");
  std::vector<Clock::time_point> started(static_cast<std::size_t>(load.in_flight));
  const auto length =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  const auto measure_from = Clock::now() + length / 10;
  const auto end = measure_from + length;
  std::vector<std::uint32_t> numbers(started.size());
  std::uint32_t last_number = 0;
  const auto send = [&](std::size_t slot, Clock::time_point now) {
    char token[32];
    std::snprintf(token, sizeof(token), "%011zu", slot);
    char number[kNumberSize + 1];
    std::snprintf(number, sizeof(number), "%08x", numbers[slot] = ++last_number);
    constexpr std::size_t kHeaderSize = kHeader.size() + kNumberSize + kHeaderEnd.size();
    char sizes[32];
    std::snprintf(sizes, sizeof(sizes), " %zu %zu\r\n", kHeaderSize, kHeaderSize + kRequestSize);
    socket.out().append("HPUB ").append(kSubject).append(" ").append(kInbox).append(token);
    socket.out().append(sizes).append(kHeader).append(number).append(kHeaderEnd);
    socket.out().append(kRequest.data(), kRequestSize).append("\r\n");
    started[slot] = now;
  };
  for (std::size_t slot = 0; slot < started.size(); ++slot) send(slot, Clock::now());
  socket.flush();
  peer::Histogram latency;
  double cpu = -1;
  Result result;
  const auto in_measured_time = [&](Clock::time_point now) {
    return now >= measure_from && now < end;
  };
  std::size_t open = started.size();
  while (open > 0) {
    const bool alive = socket.read_operations([&](std::string_view line, std::string_view body) {
      if (!line.starts_with("HMSG")) return;
      if (!line.ends_with(kReplySizes)) ++result.failed;
      const std::string_view token = word(line, 1).substr(kInbox.size());
      std::size_t slot = 0;
      std::from_chars(token.data(), token.data() + token.size(), slot);
      std::uint32_t number = 0;
      const char* const digits = body.data() + kReplyHeader.size();
      std::from_chars(digits, digits + kNumberSize, number, 16);
      if (number != numbers[slot]) ++result.failed;
      const auto now = Clock::now();
      if (in_measured_time(now)) {
        if (latency.count() == 0) cpu = peer::cpu_seconds();
        latency.add((now - started[slot]).count());
      }
      if (now < end) {
        send(slot, now);
      } else {
        --open;
      }
    });
    if (!alive) break;
    socket.flush();
  }
  cpu = peer::cpu_seconds() - cpu;
  result.calls_per_second = static_cast<double>(latency.count()) / load.seconds;
  result.p50_microseconds = latency.quantile(0.5) / 1e3;
  result.p90_microseconds = latency.quantile(0.9) / 1e3;
  result.p99_microseconds = latency.quantile(0.99) / 1e3;
  result.p999_microseconds = latency.quantile(0.999) / 1e3;
  result.max_microseconds = latency.max() / 1e3;
  result.cpu_microseconds = cpu * 1e6 / static_cast<double>(latency.count());
  return result;
}

}  // namespace fairlead::bench
