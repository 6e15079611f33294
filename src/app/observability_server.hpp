#pragma once

#include <memory>
#include <string>

#include <absl/status/statusor.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "fairlead/logger.hpp"
#include "fairlead/task.hpp"

#include "app/observability_pages.hpp"
#include "app/setting_values.hpp"

namespace fairlead {

/// Shows the pages of observability_pages.hpp over HTTP: GET and HEAD, one request to a connection,
/// few connections at once, little time for each. Runs on the thread of `context`, away from the
/// loops that serve calls; what it still does ends with `context`.
class ObservabilityServer {
 public:
  /// Takes the address. UNAVAILABLE if it is taken or not of this machine.
  static absl::StatusOr<std::unique_ptr<ObservabilityServer>> open(boost::asio::io_context& context,
                                                                   const ListenAddress& address,
                                                                   const Observed& observed,
                                                                   Logger logger);

  /// Takes connections in.
  void start();

  /// Takes in no more.
  void close();

  /// `127.0.0.1:9464`, with the port that the system chose if none was given.
  std::string address() const;

 private:
  ObservabilityServer(boost::asio::ip::tcp::acceptor acceptor, const Observed& observed,
                      Logger logger);

  Task<void> accept();
  Task<void> serve(boost::asio::ip::tcp::socket socket);

  boost::asio::ip::tcp::acceptor acceptor_;
  const Observed observed_;
  Logger logger_;
};

}  // namespace fairlead
