#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/channel.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/server.hpp"
#include "fairlead/service.hpp"

namespace fairlead::testing {

/// Options of a Host.
class HostOptions {
 public:
  HostOptions() {}

  /// Serves through the NATS server at this URL as well. Default: none, and no server is needed.
  HostOptions& set_nats(std::string url) {
    nats_ = std::move(url);
    return *this;
  }
  /// Limits and the like. Default: those of ServerOptions.
  HostOptions& set_server(ServerOptions options) {
    server_ = std::move(options);
    return *this;
  }
  /// Threads for plain handlers. Default 8.
  HostOptions& set_workers(int threads) {
    workers_ = threads;
    return *this;
  }

  const std::string& nats() const { return nats_; }
  const ServerOptions& server() const { return server_; }
  int workers() const { return workers_; }

 private:
  std::string nats_;
  ServerOptions server_;
  int workers_ = 8;
};

/// Services that run within a test, on a loop and a thread of their own. Calls go the way that they
/// go in production but for the network: limits, deadlines, metadata and statuses are real.
///
///   fairlead::testing::Host host(calc::CalcService::bind(std::make_shared<Calc>()));
///   calc::CalcBlockingClient client(host.channel());
///   EXPECT_EQ(client.Average(request)->result(), 2.2f);
///
/// Used on the test's thread, which is not that of the loop. The constructors throw
/// std::runtime_error, saying why, if a service cannot be hosted.
class Host {
 public:
  explicit Host(Service service, HostOptions options = HostOptions());
  explicit Host(std::vector<Service> services, HostOptions options = HostOptions());
  /// Stops it, for at most 10 s.
  ~Host();
  Host(const Host&) = delete;
  Host& operator=(const Host&) = delete;

  /// What clients of the services are made on.
  const Channel& channel() const;
  /// The loop on which the services run, for clients that are awaited: block_on(host.loop(), …).
  Loop& loop();
  /// The server, which is used on the loop.
  Server& server();

  /// Stops the services as a program's end does: calls that run or wait may end within `timeout`.
  /// DEADLINE_EXCEEDED if some had not; they were answered UNAVAILABLE. OK once it has stopped.
  absl::Status stop(std::chrono::milliseconds timeout);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead::testing
