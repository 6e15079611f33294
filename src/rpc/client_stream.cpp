#include "rpc/client_stream.hpp"

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "rpc/call_span.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/timeout_wire.hpp"

namespace fairlead::rpc {

ClientStream::ClientStream(std::shared_ptr<const void> owner, Loop& loop, StreamRoute& route)
    : StreamCore(StreamState::Side::kClient, loop, nullptr),
      owner_(std::move(owner)),
      route_(route),
      patience_([this] { leave(); }) {}

void ClientStream::open(StreamCall call) {
  reply_metadata_ = call.reply_metadata;
  stats_ = std::move(call.stats);
  measured_.emplace(*stats_, Deadline::Clock::now());
  tracer_ = std::move(call.tracer);
  span_ = std::move(call.span);
  if (!call.fault.ok()) return drop(call.fault);
  if (call.timeout && *call.timeout <= call.timeout->zero()) {
    return drop(absl::DeadlineExceededError("the timeout of the stream is zero or negative"));
  }
  if (call.kind == MethodKind::kServerStream) state_.send_nothing();
  wire::HeaderWriter headers;
  headers.add("fl-stream", concat(state_.granted().messages));
  headers.add("fl-window-bytes", concat(state_.granted().bytes));
  StreamRequest request;
  if (call.timeout) {
    TimeoutBuffer buffer;
    headers.add("grpc-timeout", format_timeout(*call.timeout, buffer));
    request.deadline = Deadline::after(*call.timeout);
  }
  const bool traced = call.metadata && call.metadata->get("traceparent");
  if (call.trace.valid() && !traced) {
    char parent[TraceContext::kTextSize];
    call.trace.write(parent);
    headers.add("traceparent", std::string_view(parent, sizeof(parent)));
    if (!call.trace_state.empty()) headers.add("tracestate", call.trace_state);
  }
  if (call.metadata) write_metadata(*call.metadata, headers);
  request.subject = call.subject;
  request.header = headers.finish();
  const std::string payload = call.request ? call.request->SerializeAsString() : std::string();
  request.payload = payload;
  auto reception = route_.open(request, *this);
  if (!reception.ok()) return drop(reception.status());
  reception_ = *std::move(reception);
  if (const auto way = reception_->sink()) note_route(way->route());
  start_timer();
  if (call.made) call.made->add(by_call_);
  if (call.cancellation) call.cancellation->add(by_program_);
}

void ClientStream::on_frame(std::string_view header, std::string_view payload) {
  if (itself_) return cancel_late(header);
  StreamCore::on_frame(header, payload);
}

void ClientStream::on_deadline() {
  if (itself_) return leave();
  fail(absl::DeadlineExceededError("the deadline of the stream has passed"));
}

void ClientStream::on_failed(const absl::Status& reason) {
  if (itself_) return leave();
  drop(reason);
}

void ClientStream::on_met() {
  way_ = reception_->sink();
  sink_ = way_.get();
  note_route(sink_->route());
}

void ClientStream::note_route(RouteKind route) {
  if (measured_) measured_->set_route(route);
  if (span_.recording()) span_.set_attribute("fairlead.route", route_name(route));
}

void ClientStream::on_ended() {
  count_messages(span_, state_.sent(), state_.received());
  end_client_span(span_, state_.status());
  measured_->ended(state_.status()).IgnoreError();
  measured_.reset();
  by_call_.leave();
  by_program_.leave();
  if (!owes_cancel_ || !reception_ || !reception_->retire()) return reception_.reset();
  itself_ = shared_from_this();
  loop_.core().arm(patience_, Deadline::after(StreamState::kDead));
}

void ClientStream::cancel_late(std::string_view header) {
  FrameHead head;
  if (read_frame(header, head).ok() && !head.peer.empty()) {
    on_met();
    peer_ = head.peer;
    send_control(FrameKind::kCancel, 0);
  }
  leave();
}

void ClientStream::leave() {
  patience_.unlink();
  reception_.reset();
  const auto last = std::move(itself_);
}

void ClientStream::on_end_header(std::string_view header) {
  if (!reply_metadata_) return;
  reply_metadata_->clear();
  read_metadata(header, *reply_metadata_);
}

}  // namespace fairlead::rpc
