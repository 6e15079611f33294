#include "app/hosted_service.hpp"

#include <algorithm>

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "discovery/gzip.hpp"
#include "nats/nuid.hpp"
#include "rpc/method_server.hpp"
#include "rpc/middleware_resolution.hpp"
#include "rpc/stream_server.hpp"

namespace fairlead {
namespace {

constexpr std::size_t kGzipAbove = 64 << 10;
// Streams last, and mostly wait: so many may run where one call might.
constexpr int kStreamsForACall = 8;

std::size_t concurrency_of(const MethodDescription& method, bool coroutine,
                           const ServerOptions& options) {
  int limit = coroutine ? options.coroutine_concurrency() : options.blocking_concurrency();
  if (method.kind != MethodKind::kUnary) limit *= kStreamsForACall;
  if (method.concurrency > 0) limit = method.concurrency;
  const int share = std::max(1, options.share());
  return static_cast<std::size_t>(std::max(1, (limit + share - 1) / share));
}

}  // namespace

HostedService::HostedService(const Channel& channel, Service service, WorkerPool& workers,
                             const ServerOptions& options, Waiter& call_ended)
    : channel_(channel),
      connection_(channel.connection()),
      exchange_(channel.loop().core().resource<route::LocalExchange>()),
      service_(std::move(service)),
      id_(nats::new_nuid()),
      schema_(discovery::make_schema(*service_.description().file)),
      streams_(concat(subject_of(service_.description().full_name), "._.", id_, ".")),
      report_(service_.description(), id_, schema_.hash, methods_) {
  if (connection_) {
    host_.emplace(*connection_);
    instance_.emplace(
        *connection_, [this] { return report_.info(); }, [this] { return report_.stats(); });
  }
  const ServiceDescription& description = service_.description();
  channel_.loop().core().resource<telemetry::MetricShard>().set_logger(options.logger());
  const auto named = [&](const Logger& logger) {
    return logger.with("service", description.full_name).with("instance", id_);
  };
  const Logger logger = named(options.logger());
  const Logger handler_logger = named(options.handler_logger());
  for (std::size_t i = 0; i < description.methods.size(); ++i) {
    if (!service_.handler(i)) continue;
    const MethodDescription& method = description.methods[i];
    rpc::MethodServerOptions server;
    server.method = &method;
    server.handler = service_.handler(i);
    auto middlewares = rpc::resolve_middlewares(options.middlewares(), description, method);
    if (!middlewares.empty()) {
      server.middlewares = std::make_shared<const rpc::MethodMiddlewares>(
          rpc::MethodMiddlewares{std::move(middlewares), method});
    }
    server.concurrency = concurrency_of(method, server.handler->is_coroutine(), options);
    // What the .proto says holds.
    if (method.concurrency == 0) server.adaptive_limit = options.adaptive_limit();
    server.queue_limit = options.queue_limit();
    if (host_ && options.leave_when_overloaded()) {
      server.attend = [this, log = logger.with("method", method.name)](rpc::MethodServer& busy,
                                                                       rpc::Attendance step) {
        attend(busy, step, log);
      };
    }
    server.expose_exceptions = options.expose_exceptions();
    server.tracer = options.tracer();
    server.subject = subject_of(method.subject);
    server.instance = id_;
    server.logger = logger.with("method", method.name);
    server.handler_logger = handler_logger.with("method", method.name);
    server.request_log = options.request_log();
    server.request_log_payloads = options.request_log_payloads();
    server.loop = &channel.loop();
    server.channel = &channel_;
    server.workers = &workers;
    server.sink = &exchange_;
    server.frames = &exchange_.frames();
    if (host_) {
      server.sink = &*host_;
      server.frames = &*host_;
    }
    server.streams = &streams_;
    if (connection_) server.connection = &*connection_;
    if (method.kind == MethodKind::kUnary) {
      auto unary = std::make_unique<rpc::MethodServer>(std::move(server));
      unary_.push_back(unary.get());
      methods_.push_back(std::move(unary));
    } else {
      auto stream = std::make_unique<rpc::StreamServer>(std::move(server));
      streaming_.push_back(stream.get());
      methods_.push_back(std::move(stream));
    }
    methods_.back()->set_ended(&call_ended);
  }
}

HostedService::~HostedService() {
  const absl::Status ended = absl::UnavailableError("the service has ended");
  for (rpc::StreamServer* server : streaming_) {
    exchange_.leave(*server);
    server->give_up(ended);
  }
  stop();
  for (const rpc::MethodServer* server : unary_) {
    exchange_.leave(*server);
    for (const std::string& subject : subjects_of(server->method())) exchange_.fail(subject, ended);
  }
}

void HostedService::attend(rpc::MethodServer& server, rpc::Attendance step, const Logger& logger) {
  if (leaving_) return;
  if (step == rpc::Attendance::kLeave) {
    logger.warning("the queue of calls is nearly full; the queue group is left for a while");
    return host_->step_aside(server);
  }
  const absl::Status back = host_->come_back(server);
  if (back.ok()) {
    logger.info("the queue of calls has room; the queue group is joined again");
  } else if (!channel_.connection()->is_closed()) {
    logger.error("the queue group cannot be joined again",
                 {{"reason", std::string(message_of(back))}});
  }
}

std::string HostedService::subject_of(const std::string& subject) const {
  return with_prefix(service_.description().prefix, subject);
}

std::vector<std::string> HostedService::subjects_of(const MethodDescription& method) const {
  std::vector<std::string> subjects = {subject_of(method.subject)};
  for (const std::string& alias : method.aliases) subjects.push_back(subject_of(alias));
  return subjects;
}

void HostedService::listen(route::direct::Listener& listener) {
  report_.set_listener(listener);
  direct_.emplace(*connection_, subject_of(concat(service_.description().full_name, "._.")), id_,
                  listener);
}

absl::Status HostedService::start() {
  const std::string& queue_group = service_.description().queue_group;
  absl::Status status;
  // First: the frames of a stream must find their way as soon as one is opened.
  exchange_.frames().host(streams_);
  if (host_ && !streaming_.empty()) status.Update(host_->host_streams(streams_));
  if (direct_) direct_->host_streams(streams_);
  for (rpc::MethodServer* server : unary_) {
    for (const std::string& subject : subjects_of(server->method())) {
      exchange_.host(subject, *server);
    }
  }
  for (rpc::StreamServer* server : streaming_) {
    for (const std::string& subject : subjects_of(server->method())) {
      exchange_.host(subject, *server);
    }
  }
  for (const auto& server : methods_) {
    for (const std::string& subject : subjects_of(server->method())) {
      if (direct_) direct_->host(subject, *server);
      if (host_) status.Update(host_->host(subject, queue_group, *server));
    }
  }
  if (!connection_) return status;
  status.Update(publish_schema());
  status.Update(listen_for_cancels());
  if (direct_) status.Update(direct_->start());
  status.Update(instance_->start());
  return status;
}

absl::Status HostedService::status() const {
  return host_ ? host_->status() : absl::OkStatus();
}

Task<absl::Status> HostedService::leave(Deadline::Duration timeout) {
  leaving_ = true;
  if (direct_) direct_->leave();
  for (const auto& server : methods_) exchange_.leave(*server);
  if (!host_) co_return absl::OkStatus();
  co_return co_await host_->leave(timeout);
}

absl::Status HostedService::publish_schema() {
  nats::Headers headers;
  headers.add("fl-schema", schema_.hash);
  std::string body = schema_.bytes;
  if (body.size() > kGzipAbove) {
    body = discovery::gzip(body);
    headers.add("content-encoding", "gzip");
  }
  nats::SubscribeOptions options;
  options.set_queue_group(service_.description().queue_group);
  auto subscription =
      connection_->subscribe(subject_of(concat(service_.description().full_name, "._.schema")),
                             options, [this, headers, body](const nats::MessageView& question) {
                               if (!question.reply.empty()) {
                                 connection_->publish(question.reply, body, headers).IgnoreError();
                               }
                             });
  if (!subscription.ok()) return subscription.status();
  control_.push_back(*std::move(subscription));
  return absl::OkStatus();
}

// Every instance hears of every call that is given up; one of them runs it.
absl::Status HostedService::listen_for_cancels() {
  auto subscription =
      connection_->subscribe(subject_of(concat(service_.description().full_name, "._.cancel")),
                             nats::SubscribeOptions(), [this](const nats::MessageView& inbox) {
                               for (const auto& server : methods_) {
                                 server->cancel(inbox.payload, nullptr);
                               }
                             });
  if (!subscription.ok()) return subscription.status();
  control_.push_back(*std::move(subscription));
  return absl::OkStatus();
}

void HostedService::stop() {
  if (instance_) instance_->stop();
  for (nats::Subscription& subscription : control_) subscription.unsubscribe();
  control_.clear();
  exchange_.frames().leave(streams_);
  if (host_) host_->leave_streams();
}

std::size_t HostedService::busy() const {
  std::size_t calls = 0;
  for (const auto& server : methods_) calls += server->busy();
  return calls;
}

void HostedService::give_up(const absl::Status& status) {
  for (const auto& server : methods_) server->give_up(status);
}

}  // namespace fairlead
