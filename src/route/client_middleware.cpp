#include "route/client_middleware.hpp"

#include <utility>

#include "core/served_call.hpp"

namespace fairlead::route {
namespace {

/// The rest of a client's way to the service, inside of its middlewares.
class ClientTarget final : public CallTarget {
 public:
  ClientTarget(MakeCall make, const google::protobuf::Message& request,
               google::protobuf::Message& response, const CallOptions& options, Deadline deadline)
      : make_(std::move(make)),
        request_(request),
        response_(response),
        options_(options),
        deadline_(deadline),
        metadata_(options.metadata()) {}

  Metadata& metadata() { return metadata_; }
  Metadata& reply_metadata() { return reply_metadata_; }

  Task<absl::Status> run() override {
    // What the middlewares have waited is gone.
    options_.set_timeout(deadline_.remaining());
    options_.set_metadata(metadata_).set_reply_metadata(&reply_metadata_);
    return make_(request_, response_, options_);
  }

 private:
  const MakeCall make_;
  const google::protobuf::Message& request_;
  google::protobuf::Message& response_;
  CallOptions options_;
  const Deadline deadline_;
  Metadata metadata_;
  Metadata reply_metadata_;
};

}  // namespace

Deadline deadline_of(std::chrono::nanoseconds timeout) {
  const Deadline own = Deadline::after(timeout);
  const ServedCall* const served = ServedCall::current();
  return served && served->deadline().point() < own.point() ? served->deadline() : own;
}

Task<absl::Status> pass_call(std::shared_ptr<const rpc::MethodMiddlewares> around, MakeCall make,
                             const google::protobuf::Message& request,
                             google::protobuf::Message& response, const CallOptions& options) {
  const auto timeout = options.timeout().value_or(around->method.timeout);
  const Deadline deadline = deadline_of(timeout);
  ClientTarget target(std::move(make), request, response, options, deadline);
  response.Clear();
  MiddlewareCall call(around->method, target.metadata(), target.reply_metadata(), deadline,
                      &request, &response);
  const Next next(around->list, call, target);
  absl::Status status = co_await next();
  if (Metadata* const wanted = options.reply_metadata()) *wanted = target.reply_metadata();
  co_return status;
}

}  // namespace fairlead::route
