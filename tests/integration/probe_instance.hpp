#pragma once

#include <chrono>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "fairlead/block_on.hpp"
#include "fairlead/channel.hpp"
#include "fairlead/server.hpp"

#include "probe.fairlead.hpp"
#include "tests/integration/probe.hpp"

namespace fairlead::testing {

/// An instance of the probe service on a loop of its own, with NATS at `url`, or without if that is
/// empty.
class ProbeInstance {
 public:
  explicit ProbeInstance(const std::string& url, ServerOptions options = ServerOptions())
      : channel_(open(thread_.loop(), url)),
        server_(std::make_unique<Server>(channel_, workers_, options)) {
    run([this]() -> Task<absl::Status> {
      absl::Status status = server_->add(probe::v1::ProbeService::bind(probe_));
      if (status.ok()) status = co_await server_->start();
      co_return status;
    });
  }
  ~ProbeInstance() { EXPECT_TRUE(stop(std::chrono::seconds(10)).ok()); }

  absl::Status stop(std::chrono::milliseconds timeout) {
    if (!server_) return absl::OkStatus();
    const absl::Status status = block_on(thread_.loop(), server_->stop(timeout));
    if (channel_.connection()) {
      nats::Connection connection = *channel_.connection();
      block_on(thread_.loop(), connection.drain(std::chrono::seconds(5))).IgnoreError();
    }
    const auto destroy = [this]() -> Task<absl::Status> {
      server_.reset();
      co_return absl::OkStatus();
    };
    block_on(thread_.loop(), destroy()).IgnoreError();
    return status;
  }

  Probe& probe() { return *probe_; }
  Loop& loop() { return thread_.loop(); }
  Server& server() { return *server_; }
  /// For clients of the instance's own loop.
  const Channel& channel() const { return channel_; }

 private:
  static Channel open(Loop& loop, const std::string& url) {
    if (url.empty()) return Channel(loop);
    return nats::connect_and_wait(loop, nats::ConnectOptions(url)).value();
  }

  template <typename F>
  void run(F make_task) {
    const absl::Status status = block_on(thread_.loop(), make_task());
    EXPECT_TRUE(status.ok()) << status;
  }

  LoopThread thread_;
  std::shared_ptr<WorkerPool> workers_ = std::make_shared<WorkerPool>(8);
  std::shared_ptr<Probe> probe_ = std::make_shared<Probe>();
  Channel channel_;
  std::unique_ptr<Server> server_;
};

}  // namespace fairlead::testing
