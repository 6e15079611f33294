#include "rpc/server_stream.hpp"

#include <utility>

#include "core/loop_core.hpp"
#include "rpc/call_span.hpp"
#include "rpc/context_access.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/middleware_stream.hpp"
#include "rpc/second_run.hpp"
#include "rpc/status_wire.hpp"
#include "rpc/stream_server.hpp"

namespace fairlead::rpc {
namespace {

/// The handler of a stream, inside of the middlewares.
class HandlerTarget final : public CallTarget {
 public:
  /// `ran` is set when the handler runs.
  HandlerTarget(ServerStream& owner, StreamHandler& handler, const MethodDescription& method,
                google::protobuf::Message& request, MiddlewareStream& stream, bool& ran)
      : owner_(owner),
        handler_(handler),
        method_(method),
        request_(request),
        stream_(stream),
        ran_(ran) {}

  Task<absl::Status> run() override {
    if (ran_) co_return second_run_error(method_);
    // Where a middleware has waited meanwhile.
    if (owner_.ended()) co_return owner_.outcome();
    ran_ = true;
    absl::Status status = co_await handler_.handle_stream(owner_.context, request_, stream_);
    // What a middleware refuses ends the stream, whatever the handler makes of it.
    if (!stream_.refusal().ok()) co_return stream_.refusal();
    co_return status;
  }

 private:
  ServerStream& owner_;
  StreamHandler& handler_;
  const MethodDescription& method_;
  google::protobuf::Message& request_;
  MiddlewareStream& stream_;
  bool& ran_;
};

}  // namespace

ServerStream::ServerStream(StreamServer& server_arg, std::shared_ptr<StreamHandler> handler,
                           Loop& loop, FrameSink& sink)
    : StreamCore(StreamState::Side::kServer, loop, &sink),
      server(&server_arg),
      handler_(std::move(handler)),
      request_(handler_->new_request()),
      deadline_([this] {
        fail(absl::DeadlineExceededError(running
                                             ? "the deadline passed while the stream was running"
                                             : "the deadline passed while the stream waited "
                                               "for its turn"));
      }) {}

void ServerStream::set_deadline(Deadline deadline) {
  ContextAccess(context).set_deadline(deadline);
  loop_.core().arm(deadline_, deadline);
}

void ServerStream::accept(StreamWindow callers_window, std::string subject, bool has_slot) {
  subject_ = std::move(subject);
  perform(state_.on_window(callers_window, Deadline::Clock::now()));
  if (server->method().kind == MethodKind::kServerStream) state_.expect_nothing();
  if (has_slot && !state_.peer_closed()) {
    perform(state_.open());
  } else {
    send_control(FrameKind::kWindow, 0);
  }
  start_timer();
}

absl::Status ServerStream::take_request(std::string_view request) {
  if (server->method().kind == MethodKind::kServerStream) {
    return decode(encoding_, request, *request_);
  }
  if (state_.granted().messages == 0) perform(state_.open());
  if (request.empty()) return absl::OkStatus();
  const StreamActions actions = state_.on_message(1, Deadline::Clock::now(), request.size());
  if (!actions.empty()) deliver(request);
  return absl::OkStatus();
}

Task<void> ServerStream::run(std::shared_ptr<ServerStream> self) {
  absl::Status status;
  const auto middlewares = self->server->middlewares();
  try {
    if (middlewares) {
      status = co_await self->pass(middlewares);
    } else {
      status = co_await self->handler_->handle_stream(self->context, *self->request_, *self);
    }
  } catch (...) {
    self->exception = describe_exception();
    status = absl::InternalError("");
  }
  if (self->server) self->server->on_returned(*self, std::move(status));
}

void ServerStream::end_span() {
  count_messages(context.span(), state_.sent(), state_.received());
  end_server_span(context.span(), outcome());
}

Task<absl::Status> ServerStream::pass(std::shared_ptr<const MethodMiddlewares> middlewares) {
  const MethodDescription& method = middlewares->method;
  const bool has_request = method.kind == MethodKind::kServerStream;
  MiddlewareCall call(method, context, has_request ? request_.get() : nullptr, nullptr);
  MiddlewareStream stream(middlewares->list, call, *this);
  handler_ran = false;
  HandlerTarget target(*this, *handler_, method, *request_, stream, handler_ran);
  const Next next(middlewares->list, call, target);
  absl::Status status = co_await next();
  co_return status;
}

void ServerStream::add_window_headers(wire::HeaderWriter& headers) {
  if (!subject_.empty()) headers.add("fl-peer", subject_);
}

void ServerStream::add_end_headers(wire::HeaderWriter& headers) {
  if (!state_.status().ok()) write_status(state_.status(), headers);
  write_metadata(context.reply_metadata(), headers);
}

void ServerStream::on_ended() {
  deadline_.unlink();
  ContextAccess(context).cancel();
  if (server) server->on_ended(*this);
  served->cancel();
}

}  // namespace fairlead::rpc
