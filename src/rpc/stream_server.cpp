#include "rpc/stream_server.hpp"

#include <exception>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "core/call_executor.hpp"
#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "rpc/context_access.hpp"
#include "rpc/request_head.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

StreamServer::StreamServer(MethodServerOptions options)
    : CallServer(std::move(options)),
      handler_(std::dynamic_pointer_cast<StreamHandler>(options_.handler)) {}

StreamServer::~StreamServer() {
  const auto streams = std::move(streams_);
  for (const auto& [stream, owner] : streams) {
    stream->server = nullptr;
    options_.streams->remove(stream->token);
    stream->drop(absl::UnavailableError("the service has gone"));
  }
}

std::shared_ptr<ServerStream> StreamServer::open(const IncomingCall& incoming) {
  FrameSink& sink = incoming.frames ? *incoming.frames : *options_.frames;
  auto stream = std::make_shared<ServerStream>(*this, handler_, *options_.loop, sink);
  stream->arrived = Deadline::Clock::now();
  stream->set_peer(incoming.peer);
  ContextAccess context(stream->context);
  context.set_method(options_.method);
  context.set_logger(options_.handler_logger);
  context.set_metrics(Metrics(&metrics_));
  context.set_channel(options_.channel);
  context.set_connection(options_.connection);
  context.set_peer(incoming.peer);
  stream->served->set_tracer(options_.tracer);
  return stream;
}

void StreamServer::serve(const IncomingCall& incoming) {
  const auto stream = open(incoming);
  streams_.emplace(stream.get(), stream);

  RequestHead head;
  std::optional<StreamWindow> window;
  absl::Status status = read_request_head(incoming.header, incoming.payload, head,
                                          ContextAccess(stream->context).metadata(),
                                          stream->route() == RouteKind::kNats);
  status.Update(read_stream_open(incoming.header, window));
  if (status.ok() && (!window || incoming.peer.empty())) {
    status = absl::InvalidArgumentError(
        concat(options_.method->full_name,
               " is a stream: a caller opens it with the header fl-stream and an inbox"));
  }
  stream->set_encoding(head.encoding);
  Span span = start_server_span(*stream->served, head, false);
  if (span.recording()) span.set_attribute("fairlead.route", route_name(stream->route()));
  if (options_.tracer) ContextAccess(stream->context).set_span(std::move(span));
  ContextAccess(stream->context).set_previous_attempts(head.previous_attempts);
  if (status.ok() && head.timeout) {
    const Deadline deadline = Deadline::after(*head.timeout, stream->arrived);
    if (deadline.passed(stream->arrived)) {
      status = absl::DeadlineExceededError("the deadline had passed when the request arrived");
    } else {
      stream->set_deadline(deadline);
    }
  }
  if (status.ok()) return admit(*stream, *window, incoming.payload);
  if (incoming.peer.empty()) {
    options_.logger.warning("a stream was opened without an inbox",
                            {{"status", status.ToString()}});
  }
  stream->end(status);
}

void StreamServer::admit(ServerStream& stream, StreamWindow window, std::string_view payload) {
  const Admission admission = gate_.arrive();
  if (admission == Admission::kReject) {
    ++stats_.rejected;
    return stream.end(busy_error());
  }
  const auto owner = stream.shared_from_this();
  stream.token = options_.streams->add(owner);
  stream.accept(window, options_.streams->subject(stream.token), admission == Admission::kRun);
  if (admission == Admission::kWait) {
    if (stream.context.span().recording()) {
      stream.context.span().add_event("queued", {{"waiting", gate_.waiting()}});
    }
    stream.payload.assign(payload);
    waiting_.push_back(streams_.at(&stream));
  } else if (!start(stream, payload)) {
    run_waiting();
  }
}

// In a slot that is the stream's own. False: it has ended already.
bool StreamServer::start(ServerStream& stream, std::string_view payload) {
  stream.running = true;
  if (const absl::Status status = stream.take_request(payload); !status.ok()) {
    stream.running = false;
    stream.end(status);
    return false;
  }
  stream.served->begin(stream.context.deadline());
  const auto executor = executor_for(options_.loop->core().context(), stream.served);
  boost::asio::co_spawn(executor, ServerStream::run(streams_.at(&stream)),
                        [](std::exception_ptr failure) {
                          if (failure) std::rethrow_exception(failure);
                        });
  return true;
}

void StreamServer::on_ended(ServerStream& stream) {
  options_.streams->remove(stream.token);
  const auto taken = Deadline::Clock::now() - stream.arrived;
  count(stream.route(), stream.outcome(), taken);
  if (request_log_) {
    const ServingScope scope(stream.served.get());  // for the ids of the trace
    request_log_->write(stream.outcome(), taken, stream.context.peer());
  }
  if (!stream.running) release(stream);
}

void StreamServer::on_returned(ServerStream& stream, absl::Status status) {
  stream.served->end();
  if (!stream.exception.empty()) status = hide_exception(stream.exception);
  if (stream.handler_ran) clear_notes(status);
  stream.end(status);
  stream.running = false;
  release(stream);
  run_waiting();
}

void StreamServer::release(ServerStream& stream) {
  stream.end_span();
  streams_.erase(&stream);
  if (ended_) ended_->wake();
}

// A slot has become free: the first that waits and has not ended meanwhile takes it. Streams that
// end at once free their slot while this runs; they are counted, not recursed into.
void StreamServer::run_waiting() {
  ++freed_;
  if (running_waiting_) return;
  running_waiting_ = true;
  while (freed_ > 0) {
    --freed_;
    if (!gate_.finish()) continue;
    const auto stream = std::move(waiting_.front());
    waiting_.pop_front();
    if (!stream->ended()) stream->context.span().add_event("started");
    if (stream->ended() || !start(*stream, std::exchange(stream->payload, ""))) ++freed_;
  }
  running_waiting_ = false;
}

void StreamServer::give_up(const absl::Status& status) {
  std::vector<std::shared_ptr<ServerStream>> streams;
  for (const auto& [stream, owner] : streams_) streams.push_back(owner);
  // One that still waits may be repeated elsewhere, whatever it does. Those first, so that none of
  // them takes the place of one that ends.
  absl::Status not_run = status;
  set_retry_pushback(not_run, std::chrono::milliseconds(0));
  for (const bool running : {false, true}) {
    for (const auto& stream : streams) {
      if (stream->running == running) stream->end(running ? status : not_run);
    }
  }
}

void StreamServer::cancel_from(const ReplySink& sink) {
  std::vector<std::shared_ptr<ServerStream>> streams;
  for (const auto& [stream, owner] : streams_) {
    if (stream->uses(sink)) streams.push_back(owner);
  }
  const absl::Status ended = absl::UnavailableError("the link of the caller has ended");
  // First those that wait, so that none of them takes the place of one that ends.
  for (const bool running : {false, true}) {
    for (const auto& stream : streams) {
      if (stream->running == running) stream->lose_link(ended, *options_.frames);
    }
  }
}

bool StreamServer::cancel(std::string_view peer, const ReplySink* sink) {
  if (peer.empty()) return false;
  const ReplySink& way = sink ? *sink : *options_.frames;
  for (const auto& [stream, owner] : streams_) {
    if (stream->ended() || stream->context.peer() != peer || !stream->uses(way)) continue;
    const auto kept = owner;
    kept->on_cancel();
    return true;
  }
  return false;
}

}  // namespace fairlead::rpc
