#include "rpc/method_server.hpp"

#include "core/loop_core.hpp"
#include "rpc/context_access.hpp"
#include "rpc/request_head.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

MethodServer::MethodServer(MethodServerOptions options)
    : CallServer(std::move(options)),
      guard_(options_.queue_limit),
      calls_(*this, options_, metrics_),
      reply_writer_(options_.logger) {
  if (!options_.adaptive_limit) return;
  adaptive_limit_.emplace(*options_.adaptive_limit);
  gate_.set_limit(adaptive_limit_->limit());
}

void MethodServer::release(ServerCall& call) {
  if (call.traced) end_span(call);
  calls_.release(call);
  if (ended_) ended_->wake();
}

void MethodServer::serve(const IncomingCall& incoming) {
  ServerCall& call = calls_.acquire();
  call.arrived = incoming.arrived ? *incoming.arrived : Deadline::Clock::now();
  ContextAccess context(call.context);
  context.set_peer(incoming.peer);
  call.sink = incoming.sink ? incoming.sink : options_.sink;

  RequestHead read_head;
  absl::Status status;
  if (!incoming.head) {
    status = read_request_head(incoming.header, incoming.payload, read_head, context.metadata(),
                               call.sink->route() == RouteKind::kNats);
  }
  const RequestHead& head = incoming.head ? *incoming.head : read_head;
  const auto timeout = head.timeout.value_or(options_.method->timeout);
  const Deadline deadline = Deadline::after(timeout, call.arrived);
  call.encoding = head.encoding;
  call.number.assign(head.call_number);
  context.set_deadline(deadline);
  start_span(call, head);
  context.set_previous_attempts(head.previous_attempts);
  if (status.ok() && deadline.passed(call.arrived)) {
    status = absl::DeadlineExceededError("the deadline had passed when the request arrived");
  }
  if (!status.ok()) {
    answer(call, status);
    return release(call);
  }

  switch (gate_.arrive()) {
    case Admission::kReject: {
      status = busy_error();
      ++stats_.rejected;
      answer(call, status);
      return release(call);
    }
    case Admission::kWait:
      if (call.traced) {
        call.context.span().add_event("queued", {{"waiting", gate_.waiting()}});
      }
      call.payload.assign(incoming.payload);
      call.copied.reset();
      if (incoming.message) call.copied = copy_message(*incoming.message, *call.request);
      waiting_.push_back(&call);
      options_.loop->core().arm(call, deadline);
      look_after_queue();
      return;
    case Admission::kRun:
      options_.loop->core().arm(call, deadline);
      status = incoming.message ? copy_message(*incoming.message, *call.request)
                                : decode(call.encoding, incoming.payload, *call.request);
      if (!start(call, status)) run_waiting();
      return;
  }
}

// Starts the handler, in a slot that is the call's own, with the request that was `decoded`. False:
// it has ended already.
bool MethodServer::start(ServerCall& call, const absl::Status& decoded) {
  if (!decoded.ok()) {
    answer(call, decoded);
    release(call);
    return false;
  }
  // Now, for the handler may change it.
  if (request_log_) call.request_text = request_log_->text_of(*call.request);
  call.running = true;
  if (adaptive_limit_) call.started = Deadline::Clock::now();
  call.served->begin(call.context.deadline());
  if (call.on_loop()) {
    call.work.wake();  // a new one looks by itself
    return true;
  }
  const auto owned = call.shared_from_this();
  options_.workers->run([owned, loop = options_.loop] {
    absl::Status status = owned->invoke();
    loop->post([owned, status = std::move(status)]() mutable {
      owned->running = false;
      if (owned->server) owned->server->complete(*owned, std::move(status));
    });
  });
  return true;
}

void MethodServer::run_on_worker(std::function<void()> work, std::function<void()> returned) {
  options_.workers->run(
      [work = std::move(work), returned = std::move(returned), loop = options_.loop]() mutable {
        work();
        loop->post(std::move(returned));
      });
}

void MethodServer::complete(ServerCall& call, absl::Status status) {
  call.served->end();
  if (call.metrics) call.metrics->move_to(metrics_);
  if (!call.exception.empty()) status = hide_exception(call.exception);
  if (call.handler_ran()) clear_notes(status);
  if (!call.answered) answer(call, status);
  if (adaptive_limit_) {
    const Deadline::TimePoint now = Deadline::Clock::now();
    if (adaptive_limit_->on_end(now - call.started, gate_.running(), now)) {
      gate_.set_limit(adaptive_limit_->limit());
    }
  }
  release(call);
  run_waiting();
}

void MethodServer::look_after_queue() {
  if (!options_.attend) return;
  const Attendance step = guard_.look(gate_.waiting(), Deadline::Clock::now());
  if (step != Attendance::kStay) options_.attend(*this, step);
}

// A slot has become free: the next call that nobody has answered yet takes it. Calls that end at
// once free their slot while this runs; they are counted, not recursed into.
void MethodServer::run_waiting() {
  ++freed_;
  if (running_waiting_) return;
  running_waiting_ = true;
  while (true) {
    if (freed_ > 0) {
      --freed_;
      if (!gate_.finish()) continue;
    } else if (!gate_.promote()) {
      break;
    }
    ServerCall& call = *waiting_.front();
    waiting_.pop_front();
    // The wheel is up to a millisecond late.
    if (!call.answered && call.context.deadline().passed()) on_deadline(call);
    if (call.traced && !call.answered) call.context.span().add_event("started");
    if (call.answered) {
      release(call);
      ++freed_;
    } else if (!start(call, call.copied ? *call.copied
                                        : decode(call.encoding, call.payload, *call.request))) {
      ++freed_;
    }
  }
  running_waiting_ = false;
  look_after_queue();
}

// What interests nobody any more, and what was asked of others for it. The handler may end here.
void MethodServer::cancel_handler(ServerCall& call) {
  ContextAccess(call.context).cancel();
  call.served->cancel();
}

void MethodServer::on_deadline(ServerCall& call) {
  // Before the answer: who has it may expect that the handler knows.
  ContextAccess(call.context).cancel();
  const std::uint64_t turn = call.turn;
  answer(call, absl::DeadlineExceededError(
                   call.running ? "the deadline passed while the call was running"
                                : "the deadline passed while the call waited for its turn"));
  // A caller of this loop goes on within answer(), and may bring the call to its end.
  if (call.turn == turn) cancel_handler(call);
}

bool MethodServer::cancel(std::string_view peer, const ReplySink* sink) {
  if (peer.empty()) return false;  // who calls one way has nothing to name the call by
  // Of several that have one reply subject nobody waits for any but the last.
  bool found = false;
  calls_.for_each_active([&](ServerCall& call) {
    if (call.answered || call.sink != (sink ? sink : options_.sink)) return;
    if (call.context.peer() != peer) return;
    found = true;
    end_unheard(call, absl::CancelledError("the caller has given the call up"));
  });
  return found;
}

void MethodServer::cancel_from(const ReplySink& sink) {
  calls_.for_each_active([&](ServerCall& call) {
    if (call.sink != &sink) return;
    // One-way calls run on; nobody waits for them in any case.
    if (!call.answered && !call.context.peer().empty()) {
      end_unheard(call, absl::CancelledError("the link of the caller has ended"));
    }
    // A handler that ended with it may have made place for another call already.
    if (call.sink == &sink) call.sink = options_.sink;
  });
}

// Ends a call to which nobody awaits an answer.
void MethodServer::end_unheard(ServerCall& call, const absl::Status& outcome) {
  call.answered = true;
  call.unlink();
  record(call, outcome);
  cancel_handler(call);
}

void MethodServer::give_up(const absl::Status& status) {
  calls_.for_each_active([&](ServerCall& call) {
    if (call.answered) return;
    absl::Status outcome = status;
    // One that still waits may be repeated elsewhere, whatever it does.
    if (!call.running) set_retry_pushback(outcome, std::chrono::milliseconds(0));
    ContextAccess(call.context).cancel();
    const std::uint64_t turn = call.turn;
    answer(call, outcome);
    if (call.turn == turn) cancel_handler(call);
  });
}

void MethodServer::start_span(ServerCall& call, const RequestHead& head) {
  Span span = start_server_span(*call.served, head, call.context.peer().empty());
  call.traced = span.recording();
  if (call.traced) span.set_attribute("fairlead.route", route_name(call.sink->route()));
  if (options_.tracer) ContextAccess(call.context).set_span(std::move(span));
}

// The handler may use the span until it has ended, so the span does not end before.
void MethodServer::end_span(ServerCall& call) {
  end_server_span(call.context.span(), call.outcome);
  call.traced = false;
  call.outcome = absl::OkStatus();
}

void MethodServer::answer(ServerCall& call, const absl::Status& status) {
  call.answered = true;
  call.unlink();
  absl::Status outcome = status;
  if (call.context.peer().empty()) {
    if (!outcome.ok()) {
      one_way_log_.failed(options_.logger, outcome, Deadline::Clock::now());
    }
  } else if (outcome.ok()) {
    outcome = reply_writer_.send_response(call);
    if (!outcome.ok()) reply_writer_.send_status(call, outcome);
  } else {
    reply_writer_.send_status(call, outcome);
  }
  record(call, outcome);
}

void MethodServer::record(ServerCall& call, const absl::Status& outcome) {
  if (call.traced) call.outcome = outcome;
  last_end_ = Deadline::Clock::now();
  const auto taken = last_end_ - call.arrived;
  count(call.sink->route(), outcome, taken);
  if (request_log_) {
    const ServingScope scope(call.served.get());  // for the ids of the trace
    request_log_->write(outcome, taken, call.context.peer(), call.request_text,
                        outcome.ok() ? call.response.get() : nullptr);
  }
}

}  // namespace fairlead::rpc
