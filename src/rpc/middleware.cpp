#include "fairlead/middleware.hpp"

#include <utility>

#include "fairlead/context.hpp"

#include "rpc/context_access.hpp"

namespace fairlead {

MiddlewareCall::MiddlewareCall(const MethodDescription& method, Context& context,
                               const google::protobuf::Message* request,
                               google::protobuf::Message* response)
    : method_(method),
      context_(&context),
      metadata_(ContextAccess(context).metadata()),
      reply_metadata_(context.reply_metadata()),
      deadline_(context.deadline()),
      request_(request),
      response_(response) {}

MiddlewareCall::MiddlewareCall(const MethodDescription& method, Metadata& metadata,
                               Metadata& reply_metadata, Deadline deadline,
                               const google::protobuf::Message* request,
                               google::protobuf::Message* response)
    : method_(method),
      context_(nullptr),
      metadata_(metadata),
      reply_metadata_(reply_metadata),
      deadline_(deadline),
      request_(request),
      response_(response) {}

void MiddlewareCall::set_identity(Identity identity) const {
  if (context_) ContextAccess(*context_).set_identity(std::move(identity));
}

Task<absl::Status> Next::operator()() const {
  if (index_ == middlewares_->size()) return target_->run();
  return (*middlewares_)[index_]->handle(*call_, Next(*middlewares_, *call_, *target_, index_ + 1));
}

Task<absl::Status> Middleware::handle(MiddlewareCall&, Next next) {
  return next();
}

absl::Status Middleware::on_message(MiddlewareCall&, MessageDirection,
                                    const google::protobuf::Message&) {
  return absl::OkStatus();
}

}  // namespace fairlead
