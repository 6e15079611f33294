#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

#include <absl/status/statusor.h>
#include <google/protobuf/wrappers.pb.h>
#include <gtest/gtest.h>

#include "fairlead/context.hpp"
#include "fairlead/description.hpp"
#include "fairlead/status.hpp"
#include "fairlead/task.hpp"
#include "fairlead/task_scope.hpp"

#include "probe.fairlead.hpp"

namespace fairlead::testing {

/// A gate that handlers wait at and a test opens.
class Gate {
 public:
  void wait() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return open_ || passes_ > 0; });
    if (!open_) --passes_;
  }
  void close() {
    const std::lock_guard lock(mutex_);
    open_ = false;
  }
  /// Lets one through, and no more.
  void let_one_pass() {
    const std::lock_guard lock(mutex_);
    ++passes_;
    changed_.notify_all();
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Blocks until `count` have come to the gate in all.
  void await(int count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= count; });
  }
  int arrived() {
    const std::lock_guard lock(mutex_);
    return arrived_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = false;
  int passes_ = 0;
  int arrived_ = 0;
};

/// The handlers of probe.v1.Probe.
class Probe {
 public:
  using EchoReply = probe::v1::EchoReply;

  Task<absl::StatusOr<EchoReply>> Echo(Context& context, probe::v1::EchoRequest request) {
    ++calls;
    for (const auto& [key, value] : context.metadata()) {
      EXPECT_TRUE(context.reply_metadata().add(key, value).ok());
    }
    EchoReply reply;
    reply.set_text(request.text());
    reply.set_data(request.data());
    reply.set_number(request.number());
    co_return reply;
  }
  EchoReply EchoBlocking(const probe::v1::EchoRequest& request) {
    ++calls;
    EchoReply reply;
    reply.set_text(request.text());
    return reply;
  }
  absl::StatusOr<EchoReply> Fail(Context& context, const probe::v1::FailRequest& request) {
    EXPECT_TRUE(context.reply_metadata().add("why", "asked").ok());
    absl::Status status(static_cast<absl::StatusCode>(request.code()), request.message());
    if (!request.detail().empty()) {
      google::protobuf::StringValue detail;
      detail.set_value(request.detail());
      add_status_detail(status, detail);
    }
    return status;
  }
  EchoReply Throw(const probe::v1::EchoRequest& request) {
    if (request.text().empty()) throw 42;
    throw std::runtime_error(request.text());
  }
  Task<EchoReply> ThrowInCoroutine(probe::v1::EchoRequest request) {
    throw std::runtime_error(request.text());
    co_return EchoReply();
  }
  EchoReply Hold(Context& context, const probe::v1::EchoRequest& request) {
    gate.wait();
    if (context.cancelled()) ++cancelled;
    EchoReply reply;
    reply.set_text(request.text());
    return reply;
  }
  EchoReply Size(const probe::v1::SizeRequest& request) {
    EchoReply reply;
    reply.set_data(std::string(static_cast<std::size_t>(request.bytes()), 'x'));
    return reply;
  }
  EchoReply Describe(Context& context, const google::protobuf::Empty&) {
    using std::chrono::milliseconds;
    EchoReply reply;
    reply.set_text(context.method()->full_name + " " + std::string(context.peer().substr(0, 7)) +
                   (context.connection() ? " connected" : ""));
    reply.set_number(
        std::chrono::duration_cast<milliseconds>(context.deadline().remaining()).count());
    return reply;
  }
  Task<absl::StatusOr<EchoReply>> Relay(Context& context, probe::v1::EchoRequest request) {
    const ClientOptions options = ClientOptions().set_prefix(request.text());
    const probe::v1::ProbeClient client(*context.connection(), options);
    const CallOptions call = CallOptions().set_timeout(std::chrono::seconds(30));
    co_return co_await client.Echo(request, call);
  }
  Task<absl::StatusOr<EchoReply>> RelayAside(Context& context, probe::v1::EchoRequest request) {
    absl::StatusOr<EchoReply> reply;
    TaskScope scope(context.connection()->loop());
    const auto relay = [](Probe& probe, Context& on, probe::v1::EchoRequest what,
                          absl::StatusOr<EchoReply>& to) -> Task<void> {
      to = co_await probe.Relay(on, what);
    };
    scope.spawn(relay(*this, context, request, reply));
    co_await scope.join();
    co_return reply;
  }
  absl::StatusOr<EchoReply> RelayBlocking(Context& context, const probe::v1::EchoRequest& request) {
    const ClientOptions options = ClientOptions().set_prefix(request.text());
    const probe::v1::ProbeBlockingClient client(*context.connection(), options);
    return client.Echo(request, CallOptions().set_timeout(std::chrono::seconds(30)));
  }
  absl::Status Nothing(const google::protobuf::Empty&) { return absl::OkStatus(); }
  void Note(const probe::v1::EchoRequest&) { gate.wait(); }

  std::atomic<int> calls = 0;
  std::atomic<int> cancelled = 0;
  Gate gate;
};

}  // namespace fairlead::testing
