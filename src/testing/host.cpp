#include "fairlead/testing/host.hpp"

#include <stdexcept>
#include <utility>

#include "fairlead/block_on.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/worker_pool.hpp"

#include "core/outside_work.hpp"

namespace fairlead::testing {
namespace {

constexpr std::chrono::seconds kPatience(10);

void check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error("fairlead::testing::Host: " + status.ToString());
}

// What the options say, once nothing is wrong with them.
const HostOptions& checked(const HostOptions& options) {
  if (!options.time()) return options;
  if (!options.nats().empty()) {
    check(absl::InvalidArgumentError(
        "a manual clock and NATS do not go together, because a NATS server lives in real time"));
  }
  if (options.time()->has_loop()) {
    check(absl::FailedPreconditionError("the manual clock serves another Host"));
  }
  return options;
}

Channel open(Loop& loop, const HostOptions& options) {
  if (options.nats().empty()) return Channel(loop);
  auto connection = nats::connect_and_wait(loop, nats::ConnectOptions(options.nats()));
  check(connection.status());
  return *std::move(connection);
}

Channel open_with_faults(Loop& loop, const HostOptions& options) {
  Channel channel = open(loop, options);
  return options.faults() ? options.faults()->on(channel) : channel;
}

/// At a Host's end what waits for time to pass shall not wait for ever.
class TimeFlows {
 public:
  explicit TimeFlows(const std::shared_ptr<ManualTime>& time) : time_(time) {
    if (time_) before_ = time_->set_automatic(true);
  }
  ~TimeFlows() {
    if (time_) time_->set_automatic(before_);
  }
  TimeFlows(const TimeFlows&) = delete;
  TimeFlows& operator=(const TimeFlows&) = delete;

 private:
  const std::shared_ptr<ManualTime> time_;
  bool before_ = false;
};

// On a loop whose time is moved, which knows so that somebody waits for it.
Task<void> run_awaited(ManualTime& time, Task<void> task) {
  const OutsideWait wait(time, nullptr);
  co_await std::move(task);
}

std::vector<Service> one(Service service) {
  std::vector<Service> services;
  services.push_back(std::move(service));
  return services;
}

}  // namespace

class Host::Impl {
 public:
  Impl(std::vector<Service> services, const HostOptions& options)
      : time(checked(options).time()),
        thread(time),
        channel(open_with_faults(thread.loop(), options)),
        workers(std::make_shared<WorkerPool>(static_cast<std::size_t>(options.workers()), time)),
        server(std::make_unique<Server>(channel, workers, options.server())) {
    const absl::Status started = block_on(thread.loop(), start(std::move(services)));
    if (started.ok()) return;
    stop(kPatience).IgnoreError();
    check(started);
  }
  ~Impl() {
    const TimeFlows flows(time);
    stop(kPatience).IgnoreError();
    block_on(thread.loop(), join()).IgnoreError();
    workers.reset();
  }

  absl::Status stop(std::chrono::milliseconds timeout) {
    if (!server) return absl::OkStatus();
    const TimeFlows flows(time);
    return block_on(thread.loop(), end(timeout));
  }

  void spawn(Task<void> task) {
    if (time) {
      task = run_awaited(*time, std::move(task));
    }
    auto held = std::make_shared<Task<void>>(std::move(task));
    thread.loop().post([this, held] { started.spawn(std::move(*held)); });
  }

  const std::shared_ptr<ManualTime> time;  // null: real time
  LoopThread thread;
  Channel channel;
  TaskScope started{thread.loop()};     // on the loop
  std::shared_ptr<WorkerPool> workers;  // ended by the test's thread: a handler may need the loop
  std::unique_ptr<Server> server;       // lives on the loop

 private:
  Task<absl::Status> start(std::vector<Service> services) {
    for (Service& service : services) {
      absl::Status added = server->add(std::move(service));
      if (!added.ok()) co_return added;
    }
    co_return co_await server->start();
  }

  Task<absl::Status> join() {
    co_await started.join();
    co_return absl::OkStatus();
  }

  Task<absl::Status> end(std::chrono::milliseconds timeout) {
    absl::Status stopped = co_await server->stop(timeout);
    if (channel.connection()) {
      nats::Connection connection = *channel.connection();
      const absl::Status drained = co_await connection.drain(kPatience);
      drained.IgnoreError();  // it is closed in any case
    }
    server.reset();
    co_return stopped;
  }
};

Host::Host(Service service, HostOptions options) : Host(one(std::move(service)), options) {}

Host::Host(std::vector<Service> services, HostOptions options)
    : impl_(std::make_unique<Impl>(std::move(services), options)) {}

Host::~Host() = default;

const Channel& Host::channel() const {
  return impl_->channel;
}

Loop& Host::loop() {
  return impl_->thread.loop();
}

Server& Host::server() {
  return *impl_->server;
}

void Host::spawn(Task<void> task) {
  impl_->spawn(std::move(task));
}

absl::Status Host::stop(std::chrono::milliseconds timeout) {
  return impl_->stop(timeout);
}

}  // namespace fairlead::testing
