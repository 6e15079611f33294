#pragma once

#include <atomic>
#include <memory>
#include <thread>

#include "fairlead/testing/host.hpp"

#include "tests/integration/probe.hpp"

namespace fairlead::testing {

/// The probe service with handlers that take time, or wait for the end of their call.
class TimedProbe : public Probe {
 public:
  using EchoRequest = probe::v1::EchoRequest;

  /// Takes so many milliseconds as `number` says; repeated or sent twice, none.
  Task<absl::StatusOr<EchoReply>> Echo(Context& context, EchoRequest request) {
    ++calls;
    const std::chrono::milliseconds time(request.number());
    if (context.previous_attempts() == 0 && time.count() > 0) {
      Loop& loop = context.channel()->loop();
      co_await loop.sleep(time);
    }
    if (context.cancelled()) ++cancelled;
    EchoReply reply;
    reply.set_number(context.previous_attempts());
    co_return reply;
  }
  /// Takes as long, and calls Echo then.
  Task<absl::StatusOr<EchoReply>> Relay(Context& context, EchoRequest request) {
    Loop& loop = context.channel()->loop();
    const std::chrono::milliseconds time(request.number());
    co_await loop.sleep(time);
    const probe::v1::ProbeClient client(*context.channel());
    auto reply = co_await client.Echo(request);
    relayed = reply.status();
    co_return reply;
  }
  /// A plain handler that awaits Echo.
  absl::StatusOr<EchoReply> RelayBlocking(Context& context, const EchoRequest& request) {
    const probe::v1::ProbeBlockingClient client(*context.channel());
    return client.Echo(request, CallOptions().set_timeout(std::chrono::hours(1)));
  }
  /// A plain handler that runs until its call is cancelled.
  EchoReply Hold(Context& context, const EchoRequest&) {
    while (!context.cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ++cancelled;
    left = context.deadline().remaining();
    return EchoReply();
  }

  absl::Status relayed = absl::UnknownError("not called");           // by Relay
  std::atomic<Deadline::Duration> left = Deadline::Duration::max();  // when Hold saw it
};

/// A request to Echo that takes so long.
inline probe::v1::EchoRequest taking(std::chrono::milliseconds time) {
  probe::v1::EchoRequest request;
  request.set_number(time.count());
  return request;
}

}  // namespace fairlead::testing
