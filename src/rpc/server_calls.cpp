#include "rpc/server_calls.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "rpc/context_access.hpp"

namespace fairlead::rpc {

ServerCalls::ServerCalls(MethodServer& server, const MethodServerOptions& options,
                         telemetry::MetricShard& metrics)
    : server_(server), options_(options), metrics_(metrics) {}

ServerCalls::~ServerCalls() {
  for (const auto& call : calls_) {
    call->unlink();
    call->server = nullptr;
    call->work.wake();
  }
}

ServerCall& ServerCalls::acquire() {
  if (free_.empty()) {
    calls_.push_back(make());
    free_.push_back(calls_.back().get());
  }
  ServerCall& call = *free_.back();
  free_.pop_back();
  call.active = true;
  ++call.turn;
  call.answered = false;
  ++active_;
  return call;
}

std::shared_ptr<ServerCall> ServerCalls::make() {
  auto call = std::make_shared<ServerCall>(server_, options_.handler, options_.middlewares);
  ContextAccess context(call->context);
  context.set_method(options_.method);
  context.set_logger(options_.handler_logger);
  context.set_channel(options_.channel);
  context.set_connection(options_.connection);
  call->served->set_tracer(options_.tracer);
  const bool on_worker = !options_.handler->is_coroutine();
  if (on_worker) call->metrics = std::make_unique<telemetry::MetricShard>();
  context.set_metrics(Metrics(on_worker ? call->metrics.get() : &metrics_));
  if (call->on_loop()) {
    // One coroutine serves all calls of this object: cheaper than one for each call.
    const auto executor = executor_for(options_.loop->core().context(), call->served);
    boost::asio::co_spawn(executor, ServerCall::serve_calls(call), [](std::exception_ptr failure) {
      if (failure) std::rethrow_exception(failure);
    });
  }
  return call;
}

void ServerCalls::release(ServerCall& call) {
  ++call.turn;
  call.unlink();
  call.active = false;
  call.exception.clear();
  call.request_text.clear();
  ContextAccess(call.context).reset();
  free_.push_back(&call);
  --active_;
}

}  // namespace fairlead::rpc
