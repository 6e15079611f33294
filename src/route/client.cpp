#include "fairlead/client.hpp"

#include <vector>

#include "core/served_call.hpp"
#include "route/auto_route.hpp"
#include "rpc/client_call.hpp"

namespace fairlead {
namespace {

// Gives the call the time that it has: its own, or less if it is made on behalf of another.
absl::Status set_time(rpc::OutgoingCall& call, std::chrono::nanoseconds timeout,
                      const ServedCall* served) {
  if (timeout <= timeout.zero()) {
    return absl::DeadlineExceededError("the timeout of the call is zero or negative");
  }
  const Deadline::TimePoint now = Deadline::Clock::now();
  call.timeout = timeout;
  call.deadline = Deadline::after(timeout, now);
  if (!served || !(served->deadline().point() < call.deadline.point())) return absl::OkStatus();
  call.deadline = served->deadline();
  call.timeout = call.deadline.remaining(now);
  if (call.timeout > timeout.zero()) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "the call on whose behalf this one is made has run out of time");
}

}  // namespace

class Client::Core {
 public:
  Core(const Channel& channel_arg, const ServiceDescription& description,
       const ClientOptions& options)
      : channel(channel_arg), route(channel, options.route()) {
    const std::string prefix = options.prefix().value_or(description.prefix);
    for (const MethodDescription& method : description.methods) {
      Method& entry = methods.emplace_back();
      entry.subject = with_prefix(prefix, method.subject);
      entry.timeout = options.timeout().value_or(method.timeout);
      entry.oneway = method.oneway;
      entry.idempotent = method.idempotent;
    }
  }

  struct Method {
    std::string subject;
    std::chrono::nanoseconds timeout;
    bool oneway = false;
    bool idempotent = false;
    std::unique_ptr<rpc::Route> layers;  // that wrap the route; null: none is on
  };

  Channel channel;
  mutable route::AutoRoute route;
  std::vector<Method> methods;
};

Client::Client(Channel channel, const ServiceDescription& description, ClientOptions options)
    : core_(std::make_shared<Core>(channel, description, options)) {}

Loop& Client::loop() const {
  return core_->channel.loop();
}

Task<absl::Status> Client::call(std::size_t index, const google::protobuf::Message& request,
                                google::protobuf::Message& response,
                                const CallOptions& options) const {
  const auto core = core_;
  const Core::Method& method = core->methods[index];
  const ServedCall* const served = ServedCall::current();
  rpc::OutgoingCall call;
  const auto timeout = options.timeout().value_or(method.timeout);
  if (absl::Status status = set_time(call, timeout, served); !status.ok()) co_return status;
  if (served) {
    call.trace = served->trace();
    call.trace_state = served->trace_state();
  }
  call.subject = method.subject;
  call.metadata = &options.metadata();
  call.request = &request;
  call.size = request.ByteSizeLong();
  call.attempts = options.attempts().value_or(0);
  call.idempotent = options.idempotent().value_or(method.idempotent);
  if (method.oneway) co_return core->route.send(call);
  rpc::UnaryReply reply(response, options.reply_metadata());
  if (method.layers) co_return co_await method.layers->call(call, reply);
  co_return co_await core->route.call(call, reply);
}

}  // namespace fairlead
