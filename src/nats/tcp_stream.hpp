#pragma once

#include <cstddef>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <boost/asio/ip/tcp.hpp>

#include "fairlead/task.hpp"

namespace fairlead::nats {

/// A connected TCP socket. One read and one write may run at once.
class TcpStream {
 public:
  explicit TcpStream(boost::asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  /// Reads what there is, at least one byte; UNAVAILABLE at the end of the stream.
  Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size);

  /// Writes all of `bytes`, which must live until it is done.
  Task<absl::Status> write(std::string_view bytes);

  /// Gives the kernel what it takes of `bytes` without waiting: for last words.
  void send_at_once(std::string_view bytes);

  /// Ends reads and writes that run; later ones fail.
  void close();

 private:
  boost::asio::ip::tcp::socket socket_;
};

}  // namespace fairlead::nats
