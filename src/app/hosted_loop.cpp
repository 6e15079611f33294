#include "app/hosted_loop.hpp"

#include <exception>
#include <utility>

#include "fairlead/task_scope.hpp"

#include "core/loop_core.hpp"
#include "core/strings.hpp"
#include "telemetry/metric_shard.hpp"

namespace fairlead {
namespace {

// What the replies that were made last may take to reach the server.
constexpr auto kDrainTimeout = std::chrono::seconds(2);

}  // namespace

HostedLoop::HostedLoop(LoopPlan plan, std::function<void(const LoopStart&)> on_started,
                       std::function<void(const LoopEnd&)> on_ended)
    : plan_(std::move(plan)),
      on_started_(std::move(on_started)),
      on_ended_(std::move(on_ended)),
      thread_([this] { run(); }) {}

HostedLoop::~HostedLoop() {
  thread_.join();
}

void HostedLoop::stop() {
  loop_.post([this] {
    stopping_ = true;
    wake_.wake();
  });
}

void HostedLoop::ask(std::function<void(LoopSnapshot)> answer) {
  loop_.post([this, answer = std::move(answer)] { answer(snapshot()); });
}

LoopSnapshot HostedLoop::snapshot() const {
  LoopSnapshot snapshot = last_;
  if (connection_ != nullptr) {
    snapshot.connected = connection_->is_open();
    snapshot.connection = connection_->statistics();
    snapshot.slow_consumers = slow_consumers_;
    server_->visit_methods([&](const Service& service, const rpc::CallServer& method) {
      snapshot.methods.push_back(read_method(service.description().full_name, method));
    });
    if (const auto* const direct = server_->direct_counts()) snapshot.direct = *direct;
  }
  snapshot.clients = read_clients(loop_.core());
  snapshot.recorded = loop_.core().resource<telemetry::MetricShard>().read();
  snapshot.state = LoopState::kStarting;
  if (serving_) snapshot.state = LoopState::kServing;
  if (stopping_ || lost_) snapshot.state = LoopState::kStopping;
  return snapshot;
}

void HostedLoop::run() {
  try {
    loop_.run(serve());
  } catch (const std::exception& exception) {
    end_.failure = absl::InternalError(concat("an exception ended the loop: ", exception.what()));
  }
  on_ended_(end_);
}

Task<void> HostedLoop::serve() {
  nats::ConnectOptions options = plan_.connect;
  // A service must come back, however long its servers are away and whatever they say meanwhile:
  // credentials are renewed, and files with them are read anew.
  options.set_max_reconnects(-1).set_ignore_auth_errors(true);
  absl::StatusOr<nats::Connection> connected =
      co_await nats::Connection::connect(loop_, std::move(options));
  if (!connected.ok()) {
    end_.failure = connected.status();
    co_return;
  }
  TaskScope scope(loop_);
  scope.spawn(watch(*connected));
  scope.spawn(count_events(*connected));
  co_await host(*connected);
  connected->close();
  co_await scope.join();
}

Task<void> HostedLoop::host(nats::Connection connection) {
  Server server(connection, plan_.workers, plan_.server);
  for (const Service& service : plan_.services) {
    end_.failure = server.add(service);
    if (!end_.failure.ok()) co_return;
  }
  server_ = &server;
  connection_ = &connection;
  end_.failure = co_await server.start();
  if (end_.failure.ok()) {
    serving_ = true;
    on_started_({connection.server_info(), server.instance_ids()});
    while (!stopping_ && !lost_) co_await wake_.wait();
  }
  end_.given_up = co_await server.stop(plan_.stop_timeout);
  // If it fails the connection is closed as it is; the calls have ended all the same.
  if (connection.is_open()) {
    const absl::Status drained = co_await connection.drain(kDrainTimeout);
    drained.IgnoreError();
  }
  last_ = snapshot();
  last_.connected = false;
  server_ = nullptr;
  connection_ = nullptr;
}

// Sees to it that a connection that ends while it is needed ends the service.
Task<void> HostedLoop::watch(nats::Connection connection) {
  absl::Status why = co_await connection.closed();
  if (stopping_ || !end_.failure.ok()) co_return;
  lost_ = true;
  end_.failure =
      why.ok()
          ? absl::UnavailableError("the connection to NATS was closed")
          : absl::UnavailableError(concat("the connection to NATS is lost: ", message_of(why)));
  wake_.wake();
}

// Counts what the connection has no count of.
Task<void> HostedLoop::count_events(nats::Connection connection) {
  nats::EventStream events = connection.events();
  while (true) {
    const absl::StatusOr<nats::Event> event = co_await events.next();
    if (!event.ok()) co_return;
    if (event->kind() == nats::EventKind::kSlowConsumer) ++slow_consumers_;
  }
}

}  // namespace fairlead
