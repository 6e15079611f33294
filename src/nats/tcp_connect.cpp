#include "nats/tcp_connect.hpp"

#include <algorithm>
#include <random>
#include <vector>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "core/waiter.hpp"
#include "nats/tcp_transport.hpp"

namespace fairlead::nats {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// A name lookup that can be given up: Asio's resolver cannot be stopped while it asks, only before.
struct Lookup final : DeadlineNode {
  explicit Lookup(LoopCore& core) : resolver(core.context()) {}
  void on_deadline() override {
    error = asio::error::timed_out;
    resolver.cancel();  // or lookups that have not begun would pile up behind a slow one
    finished.wake();
  }

  tcp::resolver resolver;
  tcp::resolver::results_type results;
  boost::system::error_code error;
  Waiter finished;
};

using Endpoints = std::vector<tcp::endpoint>;

Task<absl::StatusOr<Endpoints>> resolve(LoopCore& core, const ServerAddress& server,
                                        Deadline deadline, ConnectAbort& abort) {
  boost::system::error_code no_address;
  const auto address = asio::ip::make_address(server.host, no_address);
  if (!no_address) co_return Endpoints(1, tcp::endpoint(address, server.port));

  // Shared, because the lookup may outlive the one who waits for it.
  const auto lookup = std::make_shared<Lookup>(core);
  lookup->resolver.async_resolve(
      server.host, std::to_string(server.port),
      [lookup](const boost::system::error_code& error, tcp::resolver::results_type results) {
        if (!lookup->finished.waiting()) return;
        lookup->error = error;
        lookup->results = std::move(results);
        lookup->finished.wake();
      });
  core.arm(*lookup, deadline);
  const ConnectAbort::Step step(abort, *lookup);
  co_await lookup->finished.wait();
  lookup->unlink();
  if (lookup->error) {
    co_return absl::UnavailableError(
        concat("the name \"", server.host, "\" was not resolved: ", lookup->error.message()));
  }
  Endpoints endpoints(lookup->results.begin(), lookup->results.end());
  // Clients that all took a name's first address would load one server only (ADR-11).
  std::random_device random;
  std::shuffle(endpoints.begin(), endpoints.end(), random);
  co_return endpoints;
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

Deadline share_of(Deadline deadline, std::size_t addresses_left, Deadline::TimePoint now) {
  if (deadline.is_never()) return deadline;
  return Deadline::after(deadline.remaining(now) / addresses_left, now);
}

Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_to(LoopCore& core, tcp::endpoint endpoint,
                                                            Deadline deadline,
                                                            ConnectAbort& abort) {
  tcp::socket socket(core.context());
  ConnectTimeout timeout(socket);
  core.arm(timeout, deadline);
  const ConnectAbort::Step step(abort, timeout);
  const auto [error] = co_await socket.async_connect(endpoint, kAwait);
  timeout.unlink();
  if (timeout.passed) co_return absl::UnavailableError("no answer in time");
  if (error) co_return absl::UnavailableError(error.message());
  // Messages are gathered into big writes here; the kernel must not wait for more.
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  co_return std::make_unique<TcpTransport>(core, TcpStream(std::move(socket)));
}

}  // namespace

Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_first(LoopCore& core,
                                                               std::vector<tcp::endpoint> endpoints,
                                                               Deadline deadline,
                                                               ConnectAbort& abort) {
  std::string reasons;
  for (std::size_t i = 0; i < endpoints.size() && !abort.aborted(); ++i) {
    const Deadline share = share_of(deadline, endpoints.size() - i, core.now());
    auto transport = co_await connect_to(core, endpoints[i], share, abort);
    if (transport.ok()) co_return transport;
    if (!reasons.empty()) reasons += ", ";
    // One address is in what the caller adds; of several each needs its name.
    if (endpoints.size() > 1) append(reasons, endpoints[i].address().to_string(), ": ");
    reasons += message_of(transport.status());
  }
  co_return absl::UnavailableError(concat("connecting failed: ", reasons));
}

Task<absl::StatusOr<std::unique_ptr<Transport>>> connect_tcp(Loop& loop,
                                                             const ServerAddress& server,
                                                             Deadline deadline,
                                                             ConnectAbort& abort) {
  LoopCore& core = loop.core();
  auto endpoints = co_await resolve(core, server, deadline, abort);
  if (!endpoints.ok()) co_return endpoints.status();
  co_return co_await connect_first(core, *std::move(endpoints), deadline, abort);
}

}  // namespace fairlead::nats
