#include "route/direct/dial.hpp"

#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/deadline_callback.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"

namespace fairlead::route::direct {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

Task<absl::StatusOr<std::unique_ptr<nats::TcpTransport>>> dial(Loop& loop, Address address,
                                                               Deadline deadline,
                                                               nats::ConnectAbort& abort) {
  nats::TcpStream::Socket::endpoint_type endpoint;
  if (address.is_unix()) {
    endpoint = asio::local::stream_protocol::endpoint(address.path);
  } else {
    boost::system::error_code no_address;
    const auto host = asio::ip::make_address(address.host, no_address);
    if (no_address) {
      co_return absl::UnavailableError(concat("\"", escape(address.host), "\" is no IP address"));
    }
    endpoint = tcp::endpoint(host, address.port);
  }
  nats::TcpStream::Socket socket(loop.core().context());
  DeadlineCallback timeout([&socket] {
    boost::system::error_code ignored;
    socket.close(ignored);
  });
  loop.core().arm(timeout, deadline);
  const nats::ConnectAbort::Step step(abort, timeout);
  const auto [error] = co_await socket.async_connect(endpoint, kAwait);
  timeout.unlink();
  if (error) {
    co_return absl::UnavailableError(
        concat(to_string(address), " cannot be reached: ",
               error == asio::error::operation_aborted ? "no answer in time" : error.message()));
  }
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);  // a unix socket has none
  co_return std::make_unique<nats::TcpTransport>(
      loop.core(), nats::TcpStream(std::move(socket), "the instance"));
}

}  // namespace fairlead::route::direct
