#pragma once

#include <cstddef>
#include <memory>
#include <vector>

#include "rpc/call_server.hpp"
#include "rpc/server_call.hpp"
#include "telemetry/metric_shard.hpp"

namespace fairlead::rpc {

/// The calls of a method that run or wait. Their objects are used again: there are as many as were
/// ever needed at once.
class ServerCalls {
 public:
  /// All outlive it. `metrics` are those of the loop.
  ServerCalls(MethodServer& server, const MethodServerOptions& options,
              telemetry::MetricShard& metrics);
  /// Handlers that still run end later, unheard.
  ~ServerCalls();
  ServerCalls(const ServerCalls&) = delete;
  ServerCalls& operator=(const ServerCalls&) = delete;

  /// An object for a call that begins.
  ServerCall& acquire();
  /// The call has ended, and its handler too.
  void release(ServerCall& call);

  std::size_t active() const { return active_; }

  /// Visits those that are active. `visit` may begin and end calls.
  template <typename Visit>
  void for_each_active(Visit visit) {
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      if (calls_[i]->active) visit(*calls_[i]);
    }
  }

 private:
  std::shared_ptr<ServerCall> make();

  MethodServer& server_;
  const MethodServerOptions& options_;
  telemetry::MetricShard& metrics_;
  std::vector<std::shared_ptr<ServerCall>> calls_;
  std::vector<ServerCall*> free_;
  std::size_t active_ = 0;
};

}  // namespace fairlead::rpc
