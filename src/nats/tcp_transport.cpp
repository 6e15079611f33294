#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "nats/transport.hpp"

namespace fairlead::nats {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

class TcpTransport final : public Transport {
 public:
  explicit TcpTransport(tcp::socket socket) : socket_(std::move(socket)) {}

  Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size) override {
    const auto buffer = asio::buffer(to, size);
    auto [error, count] = co_await socket_.async_read_some(buffer, kAwait);
    if (error == asio::error::eof) {
      co_return absl::UnavailableError("the NATS server closed the connection");
    }
    if (error) co_return absl::UnavailableError(concat("reading failed: ", error.message()));
    co_return count;
  }

  Task<absl::Status> write(std::string_view bytes) override {
    const auto buffer = asio::buffer(bytes.data(), bytes.size());
    auto [error, count] = co_await asio::async_write(socket_, buffer, kAwait);
    static_cast<void>(count);
    if (error) co_return absl::UnavailableError(concat("writing failed: ", error.message()));
    co_return absl::OkStatus();
  }

  void close() override {
    boost::system::error_code ignored;
    socket_.shutdown(tcp::socket::shutdown_both, ignored);
    socket_.close(ignored);
  }

 private:
  tcp::socket socket_;
};

// A name lookup that can be given up: Asio's resolver cannot be stopped while it asks.
struct Lookup final : DeadlineNode {
  explicit Lookup(LoopCore& core) : resolver(core.context()) {}
  void on_deadline() override {
    error = asio::error::timed_out;
    finished.wake();
  }

  tcp::resolver resolver;
  tcp::resolver::results_type results;
  boost::system::error_code error;
  Waiter finished;
};

Task<absl::StatusOr<tcp::resolver::results_type>> resolve(LoopCore& core, const std::string& host,
                                                          const std::string& port,
                                                          Deadline deadline) {
  // Shared, because the lookup may outlive the one who waits for it.
  const auto lookup = std::make_shared<Lookup>(core);
  lookup->resolver.async_resolve(
      host, port,
      [lookup](const boost::system::error_code& error, tcp::resolver::results_type results) {
        if (!lookup->finished.waiting()) return;
        lookup->error = error;
        lookup->results = std::move(results);
        lookup->finished.wake();
      });
  core.arm(*lookup, deadline);
  co_await lookup->finished.wait();
  lookup->unlink();
  if (lookup->error) {
    co_return absl::UnavailableError(
        concat("the name \"", host, "\" was not resolved: ", lookup->error.message()));
  }
  co_return std::move(lookup->results);
}

struct ConnectTimeout final : DeadlineNode {
  explicit ConnectTimeout(tcp::socket& socket) : socket(socket) {}
  void on_deadline() override {
    passed = true;
    boost::system::error_code ignored;
    socket.close(ignored);
  }

  tcp::socket& socket;
  bool passed = false;
};

}  // namespace

Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_tcp(Loop& loop,
                                                             const ServerAddress& server,
                                                             Deadline deadline) {
  LoopCore& core = loop.core();
  const std::string port = std::to_string(server.port);
  const auto endpoints = co_await resolve(core, server.host, port, deadline);
  if (!endpoints.ok()) co_return endpoints.status();

  std::string reason = "no address";
  for (const auto& entry : *endpoints) {
    tcp::socket socket(core.context());
    ConnectTimeout timeout(socket);
    core.arm(timeout, deadline);
    const tcp::endpoint endpoint = entry.endpoint();
    const auto [error] = co_await socket.async_connect(endpoint, kAwait);
    if (timeout.passed) co_return absl::UnavailableError("connecting took too long");
    if (error) {
      reason = error.message();
      continue;
    }
    timeout.unlink();
    // Messages are gathered into big writes here; the kernel must not wait for more.
    boost::system::error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    co_return std::make_unique<TcpTransport>(std::move(socket));
  }
  co_return absl::UnavailableError(concat("connecting failed: ", reason));
}

}  // namespace fairlead::nats
