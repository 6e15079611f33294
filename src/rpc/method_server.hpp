#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include <absl/status/status.h>

#include "fairlead/description.hpp"
#include "fairlead/logger.hpp"
#include "fairlead/loop.hpp"
#include "fairlead/method_handler.hpp"
#include "fairlead/tracer.hpp"
#include "fairlead/worker_pool.hpp"

#include "core/waiter.hpp"
#include "rpc/admission.hpp"
#include "rpc/call_span.hpp"
#include "rpc/method_stats.hpp"
#include "rpc/reply_sink.hpp"
#include "rpc/request_head.hpp"
#include "rpc/request_log.hpp"
#include "rpc/server_call.hpp"
#include "telemetry/metric_shard.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// A request as it came off a route. The views hold only while it is being served.
struct IncomingCall {
  std::string_view peer;    // where the reply goes; empty for one-way calls
  std::string_view header;  // the raw header block
  std::string_view payload;
  ReplySink* sink = nullptr;  // where its reply goes; null: to the server's own. Outlives the call
};

/// What a MethodServer needs to know and to use. All that is pointed to outlives it.
struct MethodServerOptions {
  const MethodDescription* method = nullptr;
  std::shared_ptr<MethodHandler> handler;
  std::size_t concurrency = 1;
  std::size_t queue_limit = 1024;
  bool expose_exceptions = false;
  Logger logger;
  Logger handler_logger;
  std::optional<double> request_log;  // see RequestLog
  std::shared_ptr<Tracer> tracer;     // null: calls are not traced
  std::string subject;                // with its prefix
  std::string instance;               // for traces
  Loop* loop = nullptr;
  WorkerPool* workers = nullptr;
  ReplySink* sink = nullptr;
  const Channel* channel = nullptr;        // for handlers
  nats::Connection* connection = nullptr;  // for handlers; may be null
};

/// Serves the calls of one method on one loop, whatever the route: admission, deadline, decoding,
/// the handler, the answer, statistics. Every call is answered, whatever happens to it.
class MethodServer {
 public:
  explicit MethodServer(MethodServerOptions options);
  /// Handlers that still run end later, unheard.
  ~MethodServer();
  MethodServer(const MethodServer&) = delete;
  MethodServer& operator=(const MethodServer&) = delete;

  /// Takes a call in. It is answered now or later, through the sink.
  void serve(const IncomingCall& incoming);

  /// Calls that run or wait.
  std::size_t busy() const { return active_; }

  /// Answers all calls that run or wait with `status`, and cancels them.
  void give_up(const absl::Status& status);

  /// Woken whenever a call ends.
  void set_ended(Waiter* ended) { ended_ = ended; }

  const MethodStats& stats() const { return stats_; }
  /// Of the calls among them that came from the same loop; null: none did.
  const MethodStats* local_stats() const { return local_stats_.get(); }
  const AdmissionGate& gate() const { return gate_; }
  const MethodDescription& method() const { return *options_.method; }

 private:
  friend class ServerCall;

  ServerCall& acquire();
  void release(ServerCall& call);
  bool start(ServerCall& call, std::string_view payload);
  void complete(ServerCall& call, absl::Status status);
  void run_waiting();
  void on_deadline(ServerCall& call);
  void start_span(ServerCall& call, const RequestHead& head);
  void end_span(ServerCall& call);
  void answer(ServerCall& call, const absl::Status& status);
  void send_reply(ServerCall& call, absl::Status status);
  absl::Status send_success(ServerCall& call);
  absl::Status hide_exception(ServerCall& call);

  MethodServerOptions options_;
  const CallSpans spans_;
  std::optional<RequestLog> request_log_;
  AdmissionGate gate_;
  MethodStats stats_;
  std::unique_ptr<MethodStats> local_stats_;
  telemetry::MetricShard& metrics_;                 // the loop's
  std::vector<std::shared_ptr<ServerCall>> calls_;  // all that were ever needed at once
  std::vector<ServerCall*> free_;
  std::deque<ServerCall*> waiting_;
  std::size_t active_ = 0;
  std::size_t freed_ = 0;  // slots that run_waiting() has to give on
  bool running_waiting_ = false;
  Waiter* ended_ = nullptr;
  wire::HeaderWriter headers_;
  std::string json_;
};

}  // namespace fairlead::rpc
