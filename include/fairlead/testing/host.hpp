#pragma once

#include <chrono>
#include <exception>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/channel.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/server.hpp"
#include "fairlead/service.hpp"
#include "fairlead/task.hpp"
#include "fairlead/testing/faults.hpp"
#include "fairlead/testing/manual_clock.hpp"

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

  /// Whose time it is, without NATS, which lives in real time. A clock serves one Host at a time.
  /// Default: real time.
  HostOptions& set_clock(ManualClock& clock) {
    time_ = clock.time();
    return *this;
  }
  /// What goes wrong between clients made on channel(), handlers' own among them, and the services.
  /// Default: nothing.
  HostOptions& set_faults(const Faults& faults) {
    faults_ = faults;
    return *this;
  }

  const std::string& nats() const { return nats_; }
  const ServerOptions& server() const { return server_; }
  int workers() const { return workers_; }
  const std::shared_ptr<ManualTime>& time() const { return time_; }
  const std::optional<Faults>& faults() const { return faults_; }

 private:
  std::string nats_;
  ServerOptions server_;
  int workers_ = 8;
  std::shared_ptr<ManualTime> time_;
  std::optional<Faults> faults_;
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
  /// Starts a task on the loop, as a call of a client that is awaited, and returns what will be its
  /// result: get() of it waits for that, and throws what the task threw. Tasks that are started,
  /// and time that is moved, come one after the other. The Host's end waits for what was started.
  template <typename T>
  std::future<T> start(Task<T> task);
  /// The server, which is used on the loop.
  Server& server();

  /// Stops the services as a program's end does: calls that run or wait may end within `timeout`.
  /// DEADLINE_EXCEEDED if some had not; they were answered UNAVAILABLE. OK once it has stopped.
  absl::Status stop(std::chrono::milliseconds timeout);

 private:
  template <typename T>
  static Task<void> keep(Task<T> task, std::promise<T> promise);
  void spawn(Task<void> task);

  class Impl;
  std::unique_ptr<Impl> impl_;
};

template <typename T>
std::future<T> Host::start(Task<T> task) {
  std::promise<T> promise;
  std::future<T> result = promise.get_future();
  spawn(keep(std::move(task), std::move(promise)));
  return result;
}

template <typename T>
Task<void> Host::keep(Task<T> task, std::promise<T> promise) {
  try {
    if constexpr (std::is_void_v<T>) {
      co_await std::move(task);
      promise.set_value();
    } else {
      T result = co_await std::move(task);
      promise.set_value(std::move(result));
    }
  } catch (...) {
    promise.set_exception(std::current_exception());
  }
}

}  // namespace fairlead::testing
