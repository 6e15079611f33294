#include "fairlead/client.hpp"

#include <algorithm>
#include <vector>

#include "core/cancel_list.hpp"
#include "core/loop_core.hpp"
#include "core/random.hpp"
#include "core/served_call.hpp"
#include "layer/stack.hpp"
#include "route/auto_route.hpp"
#include "route/chosen_route.hpp"
#include "route/client_middleware.hpp"
#include "rpc/call_span.hpp"
#include "rpc/client_call.hpp"
#include "rpc/client_stats.hpp"
#include "rpc/client_stream.hpp"
#include "rpc/interposition.hpp"
#include "rpc/middleware_resolution.hpp"
#include "rpc/one_way_log.hpp"
#include "rpc/policy_resolution.hpp"

namespace fairlead {
namespace {

// Gives the call the time that it has: its own, or less if it is made on behalf of another.
absl::Status set_time(rpc::OutgoingCall& call, std::chrono::nanoseconds timeout,
                      Deadline::TimePoint now, const ServedCall* served) {
  if (timeout <= timeout.zero()) {
    return absl::DeadlineExceededError("the timeout of the call is zero or negative");
  }
  call.timeout = timeout;
  call.deadline = Deadline::after(timeout, now);
  if (!served || !(served->deadline().point() < call.deadline.point())) return absl::OkStatus();
  call.deadline = served->deadline();
  call.timeout = call.deadline.remaining(now);
  if (call.timeout > timeout.zero()) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "the call on whose behalf this one is made has run out of time");
}

// Says where in a trace a call or stream is made: below the span that the caller names, else below
// the call on whose behalf it is made.
template <typename Call>
void set_trace(Call& call, const CallOptions& options, const ServedCall* served) {
  if (served) {
    call.trace = served->trace();
    call.trace_state = served->trace_state();
  }
  const TraceContext& parent = options.parent();
  if (!parent.valid()) return;
  // Within a trace the same stands beside all spans.
  if (parent.trace_id() != call.trace.trace_id()) call.trace_state = options.parent_trace_state();
  call.trace = parent;
}

absl::Status cancelled_with_its_call() {
  return absl::CancelledError("the call on whose behalf this one is made was cancelled");
}

// Gives a call up when something else is cancelled.
class GiveUp final : public CancelNode {
 public:
  explicit GiveUp(rpc::Abandonment& abandonment) : abandonment_(abandonment) {}
  void on_cancel() override { abandonment_.abandon(); }

 private:
  rpc::Abandonment& abandonment_;
};

}  // namespace

class Client::Core {
 public:
  Core(const Channel& channel_arg, const ServiceDescription& description,
       const ClientOptions& options)
      : channel(channel_arg),
        choice(route::chosen_route(options)),
        route(channel, choice.value_or(RouteChoice::kNats),
              with_prefix(options.prefix().value_or(description.prefix),
                          description.full_name + "._.")),
        interposed(channel.interposition() ? channel.interposition()->wrap(channel.loop(), route)
                                           : nullptr),
        network(interposed ? *interposed : route),
        service(description.full_name),
        tracer(options.tracer()),
        logger(options.logger().with("service", description.full_name)),
        fault(rpc::check_policies(description, options)) {
    fault.Update(choice.status());
    fault.Update(rpc::check_middlewares(options.middlewares(), description));
    const std::string prefix = options.prefix().value_or(description.prefix);
    cancel_subject = with_prefix(prefix, description.full_name + "._.cancel");
    methods.reserve(description.methods.size());
    for (const MethodDescription& method : description.methods) {
      const std::string subject = with_prefix(prefix, method.subject);
      Method& entry = methods.emplace_back(rpc::CallSpans(method, subject));
      entry.name = method.name;
      entry.subject = subject;
      const CallPolicy policy = rpc::resolve_policy(method, options);
      entry.timeout = policy.timeout().value_or(method.timeout);
      entry.oneway = method.oneway;
      entry.kind = method.kind;
      entry.idempotent = method.idempotent;
      auto middlewares = rpc::resolve_middlewares(options.middlewares(), description, method);
      if (!middlewares.empty()) {
        rpc::MethodMiddlewares around{std::move(middlewares), method};
        around.method.timeout = entry.timeout;  // what holds for this client
        entry.middlewares = std::make_shared<const rpc::MethodMiddlewares>(std::move(around));
      }
      entry.layers = layer::make_layers(policy, method.full_name, channel.loop(), network, random);
    }
  }

  struct Method {
    explicit Method(rpc::CallSpans call_spans) : spans(std::move(call_spans)) {}

    std::string name;
    std::string subject;
    rpc::CallSpans spans;
    std::chrono::nanoseconds timeout;
    bool oneway = false;
    MethodKind kind = MethodKind::kUnary;
    bool idempotent = false;
    std::shared_ptr<const rpc::MethodMiddlewares> middlewares;  // null: there are none
    std::vector<std::unique_ptr<rpc::Route>> layers;  // around the route; a call enters at the last
    mutable std::shared_ptr<rpc::ClientMethodStats> stats;  // since the first call
    mutable rpc::OneWayLog one_way_log{"a one-way call was not sent"};
  };

  // Found at the first call, which is made on the loop.
  rpc::ClientMethodStats& stats_of(const Method& method) const {
    if (!method.stats) {
      auto& all = channel.loop().core().resource<rpc::ClientStats>();
      method.stats = all.of(service, method.name);
    }
    return *method.stats;
  }

  // Who records what is done for `served`; null: nobody.
  const std::shared_ptr<Tracer>& tracer_for(const ServedCall* served) const {
    return tracer || !served ? tracer : served->tracer();
  }

  Channel channel;
  const absl::StatusOr<RouteChoice> choice;
  mutable route::AutoRoute route;
  const std::unique_ptr<rpc::Route> interposed;  // null: nothing is
  rpc::Route& network;                           // where the layers end
  const std::string service;
  std::string cancel_subject;
  const std::shared_ptr<Tracer> tracer;
  const Logger logger;
  Random random = Random::seeded_by_system();
  absl::Status fault;  // of the options
  std::vector<Method> methods;
};

CallOptions& CallOptions::set_parent(const Span& span) {
  parent_ = span.context();
  parent_trace_state_ = span.trace_state();
  return *this;
}

Client::Client(Channel channel, const ServiceDescription& description, ClientOptions options)
    : core_(std::make_shared<Core>(channel, description, options)) {}

Loop& Client::loop() const {
  return core_->channel.loop();
}

Task<absl::Status> Client::call(std::size_t index, const google::protobuf::Message& request,
                                google::protobuf::Message& response,
                                const CallOptions& options) const {
  const auto& middlewares = core_->methods[index].middlewares;
  if (!middlewares || !core_->fault.ok()) return make_call(index, request, response, options);
  const auto make = [client = *this, index](const google::protobuf::Message& inner_request,
                                            google::protobuf::Message& inner_response,
                                            const CallOptions& inner_options) {
    return client.make_call(index, inner_request, inner_response, inner_options);
  };
  return route::pass_call(middlewares, make, request, response, options);
}

Task<absl::Status> Client::make_call(std::size_t index, const google::protobuf::Message& request,
                                     google::protobuf::Message& response,
                                     const CallOptions& options) const {
  const auto core = core_;
  const Core::Method& method = core->methods[index];
  if (!core->fault.ok()) co_return core->fault;
  ServedCall* const served = ServedCall::current();
  const Deadline::TimePoint now = Deadline::Clock::now();
  rpc::MeasuredCall measured(core->stats_of(method), now);
  rpc::OutgoingCall call;
  set_trace(call, options, served);
  Span span;
  if (const auto& tracer = core->tracer_for(served)) {
    span = method.spans.start_client(*tracer, call.trace, call.trace_state);
    call.trace = span.context();
    call.span = &span;
  }
  const auto end = [&](absl::Status status) {
    if (span.recording()) span.set_attribute("fairlead.route", route_name(measured.route()));
    rpc::end_client_span(span, status);
    return measured.ended(std::move(status));
  };
  const auto timeout = options.timeout().value_or(method.timeout);
  if (absl::Status late = set_time(call, timeout, now, served); !late.ok()) {
    co_return end(std::move(late));
  }
  if (served && served->cancelled()) co_return end(cancelled_with_its_call());
  rpc::Abandonment abandonment;
  GiveUp with_served(abandonment);
  GiveUp by_caller(abandonment);
  CancelList* const made = served ? served->made() : nullptr;
  if (made) made->add(with_served);
  if (options.cancellation()) options.cancellation()->add(by_caller);
  if (made || options.cancellation()) call.abandonment = &abandonment;
  if (abandonment.abandoned()) {
    co_return end(absl::CancelledError("the call was given up before it was made"));
  }
  call.cancel_subject = core->cancel_subject;
  call.method = index;
  call.subject = method.subject;
  call.metadata = &options.metadata();
  call.request = &request;
  call.size = request.ByteSizeLong();
  call.attempts = options.attempts().value_or(0);
  call.idempotent = options.idempotent().value_or(method.idempotent);
  call.measured = &measured;
  call.failed_attempts = options.failed_attempts();
  if (call.failed_attempts) call.failed_attempts->clear();
  absl::Status status;
  if (method.oneway) {
    status = core->network.send(call);
    if (!status.ok()) {
      method.one_way_log.failed(core->logger.with("method", method.name), status, now);
    }
  } else {
    rpc::UnaryReply reply(response, options.reply_metadata());
    rpc::Route* const layers = method.layers.empty() ? nullptr : method.layers.back().get();
    rpc::Route& way = layers ? *layers : core->network;
    status = co_await way.call(call, reply);
    if (layers || core->interposed) measured.end_now();  // they may have waited behind it
  }
  co_return end(std::move(status));
}

std::shared_ptr<Stream> Client::open_stream(std::size_t index,
                                            const google::protobuf::Message* request,
                                            const CallOptions& options) const {
  const auto& middlewares = core_->methods[index].middlewares;
  if (!middlewares || !core_->fault.ok()) return make_stream(index, request, options);
  const auto open = [client = *this, index](const google::protobuf::Message* inner_request,
                                            const CallOptions& inner_options) {
    return client.make_stream(index, inner_request, inner_options);
  };
  return route::pass_stream(loop(), middlewares, open, request, options);
}

std::shared_ptr<Stream> Client::make_stream(std::size_t index,
                                            const google::protobuf::Message* request,
                                            const CallOptions& options) const {
  const Core::Method& method = core_->methods[index];
  ServedCall* const served = ServedCall::current();
  rpc::StreamCall call;
  call.fault = core_->fault;
  call.subject = method.subject;
  call.kind = method.kind;
  core_->stats_of(method);
  call.stats = method.stats;
  call.request = request;
  call.timeout = options.timeout();
  call.cancellation = options.cancellation();
  if (served) {
    call.made = served->made();
    if (call.fault.ok() && served->cancelled()) call.fault = cancelled_with_its_call();
    // Made on behalf of another call, it lasts no longer than that.
    const Deadline deadline = served->deadline();
    if (!deadline.is_never()) {
      call.timeout = std::min<std::chrono::nanoseconds>(
          deadline.remaining(), call.timeout.value_or(std::chrono::nanoseconds::max()));
    }
  }
  set_trace(call, options, served);
  call.tracer = core_->tracer_for(served);
  if (call.tracer) {
    call.span = method.spans.start_client(*call.tracer, call.trace, call.trace_state);
    call.trace = call.span.context();
  }
  call.metadata = &options.metadata();
  call.reply_metadata = options.reply_metadata();
  auto stream = std::make_shared<rpc::ClientStream>(core_, loop(), core_->route);
  stream->open(std::move(call));
  return stream;
}

}  // namespace fairlead
