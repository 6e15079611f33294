#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <absl/status/statusor.h>
#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "fairlead/task.hpp"

#include "core/loop_core.hpp"
#include "core/waiter.hpp"
#include "route/direct/address.hpp"

namespace fairlead::route::direct {

/// An address at which a listener takes connections. The unix socket that it has made goes with it.
class Door {
 public:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol>;

  /// Listens at `address`; a unix socket that nobody listens at any more is replaced. UNAVAILABLE
  /// names the address, and why nobody can listen there.
  static absl::StatusOr<std::unique_ptr<Door>> open(boost::asio::io_context& context,
                                                    const Address& address);

  /// Not for use: open() makes doors.
  explicit Door(boost::asio::io_context& context) : context_(context), acceptor_(context) {}
  ~Door() { close(); }

  Acceptor& acceptor() { return acceptor_; }
  /// Where it listens, with the port that the system chose.
  const Address& address() const { return address_; }
  /// Whether what comes in here is to be encrypted.
  bool encrypted() const { return !address_.is_unix(); }

  /// Waits for so long, or until it is closed.
  Task<void> pause(LoopCore& core, std::chrono::milliseconds time);
  void close();

 private:
  absl::Status listen_at_path(const Address& address);
  absl::Status listen_at_port(const Address& address);
  boost::system::error_code listen(const boost::asio::generic::stream_protocol::endpoint& endpoint,
                                   bool both_families);

  boost::asio::io_context& context_;
  Acceptor acceptor_;
  Address address_;
  std::string path_;  // of a unix socket that this object has made
  Waiter pause_;
};

}  // namespace fairlead::route::direct
