#include "fairlead/testing/host.hpp"

#include <stdexcept>
#include <utility>

#include "fairlead/block_on.hpp"
#include "fairlead/worker_pool.hpp"

namespace fairlead::testing {
namespace {

constexpr std::chrono::seconds kPatience(10);

void check(const absl::Status& status) {
  if (!status.ok()) throw std::runtime_error("fairlead::testing::Host: " + status.ToString());
}

Channel open(Loop& loop, const std::string& url) {
  if (url.empty()) return Channel(loop);
  auto connection = nats::connect_and_wait(loop, nats::ConnectOptions(url));
  check(connection.status());
  return *std::move(connection);
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
      : channel(open(thread.loop(), options.nats())),
        server(std::make_unique<Server>(
            channel, std::make_shared<WorkerPool>(static_cast<std::size_t>(options.workers())),
            options.server())) {
    const absl::Status started = block_on(thread.loop(), start(std::move(services)));
    if (started.ok()) return;
    stop(kPatience).IgnoreError();
    check(started);
  }
  ~Impl() { stop(kPatience).IgnoreError(); }

  absl::Status stop(std::chrono::milliseconds timeout) {
    if (!server) return absl::OkStatus();
    return block_on(thread.loop(), end(timeout));
  }

  LoopThread thread;
  Channel channel;
  std::unique_ptr<Server> server;  // lives on the loop

 private:
  Task<absl::Status> start(std::vector<Service> services) {
    for (Service& service : services) {
      absl::Status added = server->add(std::move(service));
      if (!added.ok()) co_return added;
    }
    co_return co_await server->start();
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

absl::Status Host::stop(std::chrono::milliseconds timeout) {
  return impl_->stop(timeout);
}

}  // namespace fairlead::testing
