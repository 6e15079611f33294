#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>

#include <absl/status/status.h>
#include <google/protobuf/message.h>

#include "fairlead/context.hpp"
#include "fairlead/method_handler.hpp"
#include "fairlead/middleware.hpp"

#include "core/deadline_wheel.hpp"
#include "core/served_call.hpp"
#include "core/waiter.hpp"
#include "rpc/codec.hpp"
#include "rpc/middleware_resolution.hpp"
#include "rpc/reply_sink.hpp"
#include "telemetry/metric_shard.hpp"

namespace fairlead::rpc {

class MethodServer;

/// One call on the side of the service: its context, its messages and its deadline. Calls are
/// reused, so that a busy method allocates nothing.
class ServerCall final : public DeadlineNode,
                         public std::enable_shared_from_this<ServerCall>,
                         private CallTarget {
 public:
  /// `middlewares` may be null.
  ServerCall(MethodServer& server, std::shared_ptr<MethodHandler> handler,
             std::shared_ptr<const MethodMiddlewares> middlewares);

  /// Whether a coroutine serves it, or it is run on a worker from start to end.
  bool on_loop() const { return handler->is_coroutine() || middlewares_; }

  void on_deadline() override;

  /// Whether the handler has seen it, as it does not where a middleware ends the call itself.
  bool handler_ran() const { return !middlewares_ || ran_; }

  /// Runs the plain handler; on a worker thread. Exceptions become statuses.
  absl::Status invoke();

  /// Serves calls with the coroutine handler, or through middlewares, one after the other, each
  /// time `work` is woken, until the method's server is gone.
  static Task<void> serve_calls(std::shared_ptr<ServerCall> self);

  MethodServer* server;  // null once it is gone; then the outcome interests nobody
  std::shared_ptr<MethodHandler> handler;
  const std::shared_ptr<ServedCall> served = std::make_shared<ServedCall>();
  Context context;  // its span ends before the tracer that `served` holds
  std::unique_ptr<telemetry::MetricShard> metrics;  // of a handler on a worker, until it returns
  std::unique_ptr<google::protobuf::Message> request;
  std::unique_ptr<google::protobuf::Message> response;
  ReplySink* sink = nullptr;
  Encoding encoding = Encoding::kProtobuf;
  std::string number;                  // that goes back with the reply; empty if there is none
  std::string payload;                 // of a call that waits for a slot
  std::optional<absl::Status> copied;  // in place of a payload: how the request was copied
  std::string request_text;            // for the request log, if it is to tell it
  Deadline::TimePoint arrived;
  Deadline::TimePoint started = {};  // only where the limit adapts itself
  bool active = false;
  std::uint64_t turn = 0;  // grows with each call that this object is
  bool answered = false;
  bool running = false;
  bool traced = false;    // its span is recorded
  absl::Status outcome;   // of a call that is traced, once it is answered
  std::string exception;  // the text of what the handler threw, empty if nothing
  Waiter work;

 private:
  /// The call meets the middlewares, and the handler if they let it.
  Task<absl::Status> pass_middlewares();
  Task<absl::Status> run() override;
  Task<absl::Status> run_on_worker();

  const std::shared_ptr<const MethodMiddlewares> middlewares_;
  // Inside of middlewares:
  bool ran_ = false;            // the handler
  absl::Status result_;         // of a handler on a worker
  std::exception_ptr failure_;  // what it threw, instead
  Waiter returned_;
};

}  // namespace fairlead::rpc
