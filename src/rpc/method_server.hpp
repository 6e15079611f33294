#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string_view>

#include <absl/status/status.h>

#include "rpc/call_server.hpp"
#include "rpc/gradient_limit.hpp"
#include "rpc/one_way_log.hpp"
#include "rpc/overload_guard.hpp"
#include "rpc/reply_writer.hpp"
#include "rpc/request_head.hpp"
#include "rpc/server_call.hpp"
#include "rpc/server_calls.hpp"

namespace fairlead::rpc {

/// Serves the calls of a method with one request and one reply: admission, deadline, decoding, the
/// handler, the answer, statistics.
class MethodServer final : public CallServer {
 public:
  explicit MethodServer(MethodServerOptions options);

  void serve(const IncomingCall& incoming) override;
  std::size_t busy() const override { return calls_.active(); }
  void give_up(const absl::Status& status) override;
  bool cancel(std::string_view peer, const ReplySink* sink) override;
  void cancel_from(const ReplySink& sink) override;

  /// When the last call ended that has ended.
  Deadline::TimePoint last_end() const { return last_end_; }

 private:
  friend class ServerCall;

  void release(ServerCall& call);
  bool start(ServerCall& call, const absl::Status& decoded);
  void complete(ServerCall& call, absl::Status status);
  /// Runs `work` on a worker, and then `returned` on the loop.
  void run_on_worker(std::function<void()> work, std::function<void()> returned);
  void run_waiting();
  void on_deadline(ServerCall& call);
  void start_span(ServerCall& call, const RequestHead& head);
  void end_span(ServerCall& call);
  void answer(ServerCall& call, const absl::Status& status);
  void cancel_handler(ServerCall& call);
  void end_unheard(ServerCall& call, const absl::Status& outcome);
  void record(ServerCall& call, const absl::Status& outcome);

  void look_after_queue();

  std::optional<GradientLimit> adaptive_limit_;
  OverloadGuard guard_;
  ServerCalls calls_;
  std::deque<ServerCall*> waiting_;
  Deadline::TimePoint last_end_ = {};
  std::size_t freed_ = 0;  // slots that run_waiting() has to give on
  bool running_waiting_ = false;
  ReplyWriter reply_writer_;
  OneWayLog one_way_log_{"a one-way call failed"};
};

}  // namespace fairlead::rpc
