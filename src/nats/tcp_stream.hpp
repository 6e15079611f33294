#pragma once

#include <cstddef>
#include <string_view>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <boost/asio/generic/stream_protocol.hpp>

#include "fairlead/task.hpp"

namespace fairlead::nats {

/// A connected TCP or unix socket. One read and one write may run at once.
class TcpStream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  /// `peer` is what errors call the far side; a literal.
  explicit TcpStream(Socket socket, std::string_view peer = "the NATS server")
      : socket_(std::move(socket)), peer_(peer) {}

  /// Reads what there is, at least one byte; UNAVAILABLE at the end of the stream.
  Task<absl::StatusOr<std::size_t>> read_some(char* to, std::size_t size);

  /// Writes all of `bytes`, which must live until it is done.
  Task<absl::Status> write(std::string_view bytes);

  /// Gives the kernel what it takes of `bytes` without waiting: for last words.
  void send_at_once(std::string_view bytes);

  /// Ends reads and writes that run; later ones fail.
  void close();

 private:
  Socket socket_;
  std::string_view peer_;
};

}  // namespace fairlead::nats
