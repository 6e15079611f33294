#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/adaptive_limit.hpp"
#include "fairlead/description.hpp"
#include "fairlead/logger.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/method_handler.hpp"
#include "fairlead/middleware.hpp"
#include "fairlead/tracer.hpp"
#include "fairlead/worker_pool.hpp"

#include "core/served_call.hpp"
#include "core/waiter.hpp"
#include "rpc/admission.hpp"
#include "rpc/call_span.hpp"
#include "rpc/method_stats.hpp"
#include "rpc/middleware_resolution.hpp"
#include "rpc/overload_guard.hpp"
#include "rpc/reply_sink.hpp"
#include "rpc/request_log.hpp"
#include "telemetry/metric_shard.hpp"

namespace fairlead::rpc {

class FrameSink;
struct RequestHead;
class StreamTable;

/// A request as it came off a route. The views hold only while it is being served.
struct IncomingCall {
  std::string_view peer;    // where the reply goes; empty for one-way calls
  std::string_view header;  // the raw header block
  std::string_view payload;
  const google::protobuf::Message* message = nullptr;  // in place of a payload, to copy
  std::optional<Deadline::TimePoint> arrived;          // nothing: now
  const RequestHead* head = nullptr;  // what the header would say, from a caller that writes none
  ReplySink* sink = nullptr;  // where its reply goes; null: to the server's own. Outlives the call
  FrameSink* frames = nullptr;  // likewise, where those of a stream go
};

class MethodServer;

/// What the server of a method needs to know and to use. All that is pointed to outlives it.
struct MethodServerOptions {
  const MethodDescription* method = nullptr;
  std::shared_ptr<MethodHandler> handler;
  std::shared_ptr<const MethodMiddlewares> middlewares;  // null: there are none
  std::size_t concurrency = 1;
  std::optional<AdaptiveLimit> adaptive_limit;  // of single calls, instead of `concurrency`
  std::size_t queue_limit = 1024;
  // Told to leave the queue group for a while, and to come back; empty: it never leaves. Of single
  // calls only.
  std::function<void(MethodServer&, Attendance)> attend;
  bool expose_exceptions = false;
  Logger logger;
  Logger handler_logger;
  std::optional<double> request_log;     // see RequestLog
  std::size_t request_log_payloads = 0;  // likewise
  std::shared_ptr<Tracer> tracer;        // null: calls are not traced
  std::string subject;                   // with its prefix
  std::string instance;                  // for traces
  Loop* loop = nullptr;
  WorkerPool* workers = nullptr;
  ReplySink* sink = nullptr;
  FrameSink* frames = nullptr;  // for methods that stream, as the next
  StreamTable* streams = nullptr;
  const Channel* channel = nullptr;        // for handlers
  nats::Connection* connection = nullptr;  // for handlers; may be null
};

/// Serves one method on one loop, whatever the route: what those of single calls (MethodServer) and
/// of streams (StreamServer) have in common. Every call is answered, whatever happens to it.
class CallServer {
 public:
  explicit CallServer(MethodServerOptions options);
  virtual ~CallServer() = default;
  CallServer(const CallServer&) = delete;
  CallServer& operator=(const CallServer&) = delete;

  /// Takes a call in. It is answered now or later, through the sink.
  virtual void serve(const IncomingCall& incoming) = 0;

  /// Calls that run or wait.
  virtual std::size_t busy() const = 0;

  /// Answers all calls that run or wait with `status`, and cancels them.
  virtual void give_up(const absl::Status& status) = 0;

  /// The caller whose replies go to `peer` by way of `sink` has given its call up: cancels it, and
  /// answers nothing. `sink` is as in the IncomingCall, null the server's own: who comes another
  /// way and knows the name of the peer cancels nothing. False if there is no such call.
  virtual bool cancel(std::string_view peer, const ReplySink* sink) = 0;

  /// Nobody waits any more for what would be sent to `sink`, which goes: cancels its calls, and
  /// answers nothing.
  virtual void cancel_from(const ReplySink& sink) = 0;

  /// Woken whenever a call ends.
  void set_ended(Waiter* ended) { ended_ = ended; }

  const MethodStats& stats() const { return stats_; }
  /// Of the calls among them that came this way, which is not NATS; null: none did.
  const MethodStats* stats_of(RouteKind route) const {
    return route_stats_[static_cast<std::size_t>(route)].get();
  }
  const AdmissionGate& gate() const { return gate_; }
  const MethodDescription& method() const { return *options_.method; }
  /// Null if there are none.
  const std::shared_ptr<const MethodMiddlewares>& middlewares() const {
    return options_.middlewares;
  }

 protected:
  /// Begins the span of a call and says in `served` where it stands in a trace. Without a tracer it
  /// stands where its caller stood, and the span records nothing.
  Span start_server_span(ServedCall& served, const RequestHead& head, bool one_way) const;
  /// What a caller is told when there is no room for its call.
  absl::Status busy_error() const;
  /// Counts a call that ended so, `taken` after it came this way.
  void count(RouteKind route, const absl::Status& outcome, std::chrono::nanoseconds taken);
  /// What a caller is told of an exception with `text`, which is logged.
  absl::Status hide_exception(const std::string& text);

  MethodServerOptions options_;
  const CallSpans spans_;
  std::optional<RequestLog> request_log_;
  AdmissionGate gate_;
  MethodStats stats_;
  std::array<std::unique_ptr<MethodStats>, kRouteKinds> route_stats_;  // of those but NATS
  telemetry::MetricShard& metrics_;                                    // the loop's
  Waiter* ended_ = nullptr;
};

/// The text of the exception that is being handled.
std::string describe_exception();

}  // namespace fairlead::rpc
