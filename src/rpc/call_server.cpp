#include "rpc/call_server.hpp"

#include <chrono>
#include <exception>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "rpc/request_head.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {
namespace {

// How long a caller that found no room is asked to wait: about the time in which a queue moves.
constexpr std::chrono::milliseconds kPushback(100);

}  // namespace

CallServer::CallServer(MethodServerOptions options)
    : options_(std::move(options)),
      spans_(*options_.method, options_.subject),
      gate_(options_.concurrency, options_.queue_limit),
      metrics_(options_.loop->core().resource<telemetry::MetricShard>()) {
  if (options_.request_log) {
    request_log_.emplace(options_.logger, *options_.request_log, options_.request_log_payloads);
  }
}

Span CallServer::start_server_span(ServedCall& served, const RequestHead& head,
                                   bool one_way) const {
  served.set_trace_state(head.trace_state);
  if (!options_.tracer) {
    served.set_trace(head.trace);
    return Span();
  }
  Span span = spans_.start_server(*options_.tracer, head.trace, head.trace_state, one_way);
  served.set_trace(span.context());
  if (one_way) served.set_trace_state("");
  if (!span.recording()) return span;
  span.set_attribute("fairlead.instance", options_.instance);
  if (head.previous_attempts > 0) {
    span.set_attribute("fairlead.previous_attempts", head.previous_attempts);
  }
  return span;
}

absl::Status CallServer::busy_error() const {
  absl::Status status = absl::ResourceExhaustedError(
      concat(options_.method->full_name, " is busy: ", gate_.running(), " calls run and ",
             gate_.waiting(), " wait, the most that this instance takes"));
  set_retry_pushback(status, kPushback);
  return status;
}

void CallServer::count(RouteKind route, const absl::Status& outcome,
                       std::chrono::nanoseconds taken) {
  stats_.record(outcome, taken);
  if (route == RouteKind::kNats) return;
  auto& stats = route_stats_[static_cast<std::size_t>(route)];
  if (!stats) stats = std::make_unique<MethodStats>();
  stats->record(outcome, taken);
}

absl::Status CallServer::hide_exception(const std::string& text) {
  options_.logger.error("a handler threw an exception", {{"exception", text}});
  if (options_.expose_exceptions) return absl::InternalError(text);
  return absl::InternalError("internal error");
}

std::string describe_exception() {
  try {
    throw;
  } catch (const std::exception& error) {
    return *error.what() ? error.what() : "an exception without text";
  } catch (...) {
    return "something that is no std::exception was thrown";
  }
}

}  // namespace fairlead::rpc
