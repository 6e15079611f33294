#include "app/runner.hpp"

#include <csignal>
#include <cstdlib>
#include <utility>

#include <boost/asio/post.hpp>

#include "core/strings.hpp"
#include "nats/url.hpp"
#include "route/direct/address.hpp"

namespace fairlead {
namespace {

// How much longer than its timeout a stop may take, for the connections to be drained.
constexpr auto kGrace = std::chrono::seconds(5);

// How long a loop may take to say how it is.
constexpr auto kPatience = std::chrono::seconds(1);

std::size_t hosted_methods(const Service& service) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < service.description().methods.size(); ++i) {
    if (service.handler(i)) ++count;
  }
  return count;
}

ServerOptions server_options(const Settings& settings, const ServiceLog& log) {
  ServerOptions options;
  options.set_logger(log.of(LogComponent::kRpc))
      .set_handler_logger(log.of(LogComponent::kHandler))
      .set_share(settings.loops);
  for (const auto& [name, list] : settings.middlewares) {
    for (const auto& middleware : list) options.add_middleware(name, middleware);
  }
  if (settings.request_log) options.set_request_log(*settings.request_log);
  options.set_request_log_payloads(settings.request_log_payloads);
  options.set_leave_when_overloaded(settings.leave_when_overloaded);
  if (settings.adaptive_limit) options.set_adaptive_limit(AdaptiveLimit());
  if (settings.concurrency) {
    options.set_blocking_concurrency(*settings.concurrency)
        .set_coroutine_concurrency(*settings.concurrency);
  }
  return options;
}

// What may help against a failure.
std::string advice(const absl::Status& failure) {
  switch (failure.code()) {
    case absl::StatusCode::kUnavailable:
      return "; start a nats-server there, or say with --nats where one is";
    case absl::StatusCode::kUnauthenticated:
      return "; say who connects with --nats, --creds, --nkey or a context";
    default:
      return "";
  }
}

}  // namespace

Runner::Runner(const Settings& settings, nats::ConnectOptions connect,
               std::vector<Service> services, const ServiceLog& log,
               telemetry::TraceSettings traces,
               std::function<absl::StatusOr<Settings>()> read_settings)
    : settings_(settings),
      connect_(std::move(connect)),
      services_(std::move(services)),
      log_(log),
      logger_(log.of(LogComponent::kApp)),
      traces_(std::move(traces)),
      read_settings_(std::move(read_settings)),
      shutdown_(settings.loops),
      poll_(context_, kPatience) {}

int Runner::run() {
  // Who reads our log may go away; that must not end the service.
  std::signal(SIGPIPE, SIG_IGN);
  signals_.add(SIGINT);
  signals_.add(SIGTERM);
  signals_.add(SIGUSR1);
  if (traces_.enabled) {
    exporter_ = std::make_unique<telemetry::SpanExporter>(context_, traces_, logger_);
  }
  if (const absl::Status shown = show_metrics(); !shown.ok()) {
    logger_.error(message_of(shown));
    return kExitFailed;
  }
  if (exporter_) export_traces();
  wait_for_signal();
  start_loops();
  context_.run();
  loops_.clear();
  return shutdown_.exit_code();
}

absl::Status Runner::show_metrics() {
  if (!settings_.metrics) return absl::OkStatus();
  const Observed observed{poll_, exporter_.get()};
  auto server = ObservabilityServer::open(context_, *settings_.metrics, observed, logger_);
  if (!server.ok()) return server.status();
  observability_ = *std::move(server);
  logger_.info(concat("metrics at http://", observability_->address(), "/metrics"));
  observability_->start();
  return absl::OkStatus();
}

void Runner::export_traces() {
  logger_.info(concat("traces go to http://", traces_.endpoint.host, ":", traces_.endpoint.port,
                      traces_.endpoint.path));
  exporter_->start();
}

void Runner::start_loops() {
  ServerOptions options = server_options(settings_, log_);
  if (exporter_) options.set_tracer(exporter_->tracer());
  const auto workers = std::make_shared<WorkerPool>(static_cast<std::size_t>(settings_.workers));
  for (int i = 0; i < settings_.loops; ++i) {
    // Each loop has links of its own, and so an address.
    std::vector<std::string> direct;
    for (const std::string& text : settings_.direct) {
      auto address = route::direct::parse_listen_address(text);
      if (address.ok()) address = route::direct::for_loop(*std::move(address), i);
      if (address.ok()) direct.push_back(to_string(*address));
    }
    options.set_direct(std::move(direct));
    LoopPlan plan{connect_, services_, workers, options, settings_.stop_timeout};
    const auto on_started = [this](const LoopStart& start) {
      boost::asio::post(context_, [this, start] { started(start); });
    };
    const auto index = static_cast<std::size_t>(i);
    const auto on_ended = [this, index](const LoopEnd& end) {
      boost::asio::post(context_, [this, index, end] { ended(index, end); });
    };
    loops_.push_back(std::make_unique<HostedLoop>(std::move(plan), on_started, on_ended));
    poll_.add([loop = loops_.back().get()](std::function<void(LoopSnapshot)> answer) {
      loop->ask(std::move(answer));
    });
  }
}

void Runner::wait_for_signal() {
  signals_.async_wait([this](const boost::system::error_code& error, int signal) {
    if (error) return;
    if (signal == SIGUSR1) {
      read_log_levels();
      return wait_for_signal();
    }
    const Shutdown::Action action = shutdown_.on_signal();
    const std::string name = signal == SIGINT ? "SIGINT" : "SIGTERM";
    if (action == Shutdown::Action::kStopLoops) {
      logger_.info("stopping",
                   {{"signal", name}, {"timeout", concat(settings_.stop_timeout.count(), "ms")}});
    } else {
      logger_.warning("ending at once, calls that run are given up", {{"signal", name}});
    }
    wait_for_signal();
    act(action);
  });
}

// Only levels change while a service runs; the other settings hold until it is started anew.
void Runner::read_log_levels() {
  const auto settings = read_settings_();
  if (!settings.ok()) {
    logger_.error("the settings cannot be read again, the levels of the log stay as they are",
                  {{"reason", std::string(message_of(settings.status()))}});
    return;
  }
  log_.levels->set(settings->log_levels);
  logger_.info("the levels of the log were read again");
}

void Runner::started(const LoopStart& start) {
  server_info_ = start.server;
  instance_ids_.resize(services_.size());
  for (std::size_t i = 0; i < services_.size(); ++i) {
    append(instance_ids_[i], instance_ids_[i].empty() ? "" : ",", start.instance_ids[i]);
  }
  act(shutdown_.on_started());
}

void Runner::ended(std::size_t loop, const LoopEnd& end) {
  poll_.ended(loop);
  if (!end.failure.ok()) {
    // One reason is enough: loops that are alike fail alike.
    logger_.log(failed_ ? LogLevel::kDebug : LogLevel::kError,
                concat(message_of(end.failure), advice(end.failure)));
    failed_ = true;
  }
  if (!end.given_up.ok()) {
    logger_.warning(concat("work was given up: ", message_of(end.given_up)));
  }
  act(shutdown_.on_ended(!end.failure.ok(), !end.given_up.ok()));
}

void Runner::act(Shutdown::Action action) {
  switch (action) {
    case Shutdown::Action::kNone:
      return;
    case Shutdown::Action::kAnnounce:
      announce();
      return;
    case Shutdown::Action::kStopLoops:
      for (const auto& loop : loops_) loop->stop();
      stop_timer_.expires_after(settings_.stop_timeout + kGrace);
      stop_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        logger_.error("the stop takes too long, calls that run are given up");
        act(shutdown_.on_timeout());
      });
      return;
    case Shutdown::Action::kFinish:
      finish();
      return;
    case Shutdown::Action::kEndNow:
      // Threads may still be in handlers, so nothing that these use may be destroyed.
      std::_Exit(shutdown_.exit_code());
  }
}

// All loops have ended; the last spans are still to be sent.
void Runner::finish() {
  stop_timer_.cancel();
  const auto stop = [this] {
    logger_.info("stopped");
    if (observability_) observability_->close();
    context_.stop();
  };
  if (!exporter_) return stop();
  exporter_->finish(telemetry::kExportPatience, stop);
}

void Runner::announce() {
  for (std::size_t i = 0; i < services_.size(); ++i) {
    const Service& service = services_[i];
    const ServiceDescription& description = service.description();
    const std::size_t methods = hosted_methods(service);
    logger_.info(
        concat("serving ", description.full_name, " ", description.version, " (", methods,
               methods == 1 ? " method" : " methods", ") on ", nats::redact_url(connect_.url())),
        {{"instance", instance_ids_[i]},
         {"loops", std::to_string(settings_.loops)},
         {"server",
          server_info_.server_name.empty() ? server_info_.server_id : server_info_.server_name}});
  }
}

}  // namespace fairlead
