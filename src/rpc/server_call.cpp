#include "rpc/server_call.hpp"

#include "rpc/method_server.hpp"

namespace fairlead::rpc {

ServerCall::ServerCall(MethodServer& server_arg, std::shared_ptr<MethodHandler> handler_arg)
    : server(&server_arg),
      handler(std::move(handler_arg)),
      request(handler->new_request()),
      response(handler->new_response()) {}

void ServerCall::on_deadline() {
  if (server) server->on_deadline(*this);
}

absl::Status ServerCall::invoke() {
  const ServingScope scope(served.get());
  try {
    return handler->handle(context, *request, *response);
  } catch (...) {
    exception = describe_exception();
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
      status = co_await self->handler->handle_async(self->context, *self->request, *self->response);
    } catch (...) {
      self->exception = describe_exception();
      status = absl::InternalError("");
    }
    self->running = false;
    if (self->server) self->server->complete(*self, std::move(status));
  }
}

}  // namespace fairlead::rpc
