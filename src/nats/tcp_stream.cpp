#include "nats/tcp_stream.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sys/socket.h>

#include "core/strings.hpp"

namespace fairlead::nats {
namespace {

namespace asio = boost::asio;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

}  // namespace

Task<absl::StatusOr<std::size_t>> TcpStream::read_some(char* to, std::size_t size) {
  const auto buffer = asio::buffer(to, size);
  auto [error, count] = co_await socket_.async_read_some(buffer, kAwait);
  if (error == asio::error::eof) {
    co_return absl::UnavailableError(concat(peer_, " closed the connection"));
  }
  if (error) co_return absl::UnavailableError(concat("reading failed: ", error.message()));
  co_return count;
}

Task<absl::Status> TcpStream::write(std::string_view bytes) {
  const auto buffer = asio::buffer(bytes.data(), bytes.size());
  auto [error, count] = co_await asio::async_write(socket_, buffer, kAwait);
  static_cast<void>(count);
  if (error) co_return absl::UnavailableError(concat("writing failed: ", error.message()));
  co_return absl::OkStatus();
}

void TcpStream::send_at_once(std::string_view bytes) {
  if (!socket_.is_open()) return;
  // Asio's own send would wait for a peer that does not read.
  [[maybe_unused]] const auto sent =
      ::send(socket_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

void TcpStream::close() {
  boost::system::error_code ignored;
  socket_.shutdown(Socket::shutdown_both, ignored);
  socket_.close(ignored);
}

}  // namespace fairlead::nats
