#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/loop.hpp"
#include "fairlead/nats/connect_options.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/server.hpp"
#include "fairlead/service.hpp"

#include "app/loop_snapshot.hpp"
#include "core/waiter.hpp"

namespace fairlead {

/// What a loop of a running service needs to know.
struct LoopPlan {
  nats::ConnectOptions connect;
  std::vector<Service> services;
  std::shared_ptr<WorkerPool> workers;
  ServerOptions server;
  std::chrono::milliseconds stop_timeout{};
};

/// What a loop that serves is known as.
struct LoopStart {
  nats::ServerInfo server;
  std::vector<std::string> instance_ids;  ///< One for each service of the plan.
};

/// How a loop ended.
struct LoopEnd {
  absl::Status failure;   ///< Why it ended without being told to; OK otherwise.
  absl::Status given_up;  ///< What work it gave up; OK if none.
};

/// One event loop of a running service: a thread with a connection and a server on it.
class HostedLoop {
 public:
  /// Connects, starts the server and serves. `on_started` is called once it does, `on_ended` at the
  /// end, both on the loop's thread.
  HostedLoop(LoopPlan plan, std::function<void(const LoopStart&)> on_started,
             std::function<void(const LoopEnd&)> on_ended);
  /// Waits for the end; call stop() before.
  ~HostedLoop();
  HostedLoop(const HostedLoop&) = delete;
  HostedLoop& operator=(const HostedLoop&) = delete;

  /// Leaves the queue groups, lets calls end, drains the connection. From any thread; returns at
  /// once.
  void stop();

  /// Calls `answer` on the loop's thread with what the loop does; never, if it has ended. From any
  /// thread; returns at once.
  void ask(std::function<void(LoopSnapshot)> answer);

 private:
  void run();
  Task<void> serve();
  Task<void> host(nats::Connection connection);
  Task<void> watch(nats::Connection connection);
  Task<void> count_events(nats::Connection connection);
  LoopSnapshot snapshot() const;

  const LoopPlan plan_;
  const std::function<void(const LoopStart&)> on_started_;
  const std::function<void(const LoopEnd&)> on_ended_;
  LoopEnd end_;
  const Server* server_ = nullptr;                // while there is one
  const nats::Connection* connection_ = nullptr;  // likewise
  LoopSnapshot last_;                             // when there is none
  std::uint64_t slow_consumers_ = 0;
  bool serving_ = false;
  bool stopping_ = false;
  bool lost_ = false;
  Waiter wake_;
  Loop loop_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace fairlead
