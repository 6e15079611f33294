#include "rpc/server_call.hpp"

#include <utility>

#include "rpc/method_server.hpp"
#include "rpc/second_run.hpp"

namespace fairlead::rpc {

ServerCall::ServerCall(MethodServer& server_arg, std::shared_ptr<MethodHandler> handler_arg,
                       std::shared_ptr<const MethodMiddlewares> middlewares)
    : server(&server_arg),
      handler(std::move(handler_arg)),
      request(handler->new_request()),
      response(handler->new_response()),
      middlewares_(std::move(middlewares)) {}

void ServerCall::on_deadline() {
  if (server) server->on_deadline(*this);
}

absl::Status ServerCall::invoke() {
  const ServingScope scope(served.get());
  try {
    return handler->handle(context, *request, *response);
  } catch (...) {
    if (middlewares_) {
      failure_ = std::current_exception();  // which they see, too
    } else {
      exception = describe_exception();
    }
    return absl::InternalError("");
  }
}

Task<void> ServerCall::serve_calls(std::shared_ptr<ServerCall> self) {
  while (self->server) {
    if (!self->running) {
      co_await self->work.wait();
      continue;
    }
    absl::Status status;
    try {
      if (self->middlewares_) {
        status = co_await self->pass_middlewares();
      } else {
        status =
            co_await self->handler->handle_async(self->context, *self->request, *self->response);
      }
    } catch (...) {
      self->exception = describe_exception();
      status = absl::InternalError("");
    }
    self->running = false;
    if (self->server) self->server->complete(*self, std::move(status));
  }
}

Task<absl::Status> ServerCall::pass_middlewares() {
  ran_ = false;
  response->Clear();  // of what it answered the last time
  MiddlewareCall call(middlewares_->method, context, request.get(), response.get());
  const Next next(middlewares_->list, call, *this);
  absl::Status status = co_await next();
  co_return status;
}

Task<absl::Status> ServerCall::run() {
  if (ran_) co_return second_run_error(middlewares_->method);
  // Where a middleware has waited meanwhile.
  if (!server) co_return absl::UnavailableError("the service has gone");
  if (answered) co_return absl::CancelledError("the call has ended already");
  ran_ = true;
  absl::Status status;
  if (handler->is_coroutine()) {
    status = co_await handler->handle_async(context, *request, *response);
  } else {
    status = co_await run_on_worker();
  }
  co_return status;
}

Task<absl::Status> ServerCall::run_on_worker() {
  // While it is on the worker, the call outlives its server and this coroutine.
  server->run_on_worker([self = shared_from_this()] { self->result_ = self->invoke(); },
                        [self = shared_from_this()] { self->returned_.wake(); });
  co_await returned_.wait();
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  co_return std::move(result_);
}

}  // namespace fairlead::rpc
