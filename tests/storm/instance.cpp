#include "tests/storm/instance.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <memory>

#include <sys/prctl.h>

#include "fairlead/server.hpp"
#include "fairlead/server_stream.hpp"

#include "storm.fairlead.hpp"
#include "tests/storm/shared.hpp"

namespace fairlead::testing {
namespace {

using storm::Number;

/// Counts a stream of the service from its first moment to its last.
class StreamCount {
 public:
  explicit StreamCount(Shared::Life& life) : life_(life) { ++life_.streams_begun; }
  ~StreamCount() { ++life_.streams_ended; }
  StreamCount(const StreamCount&) = delete;
  StreamCount& operator=(const StreamCount&) = delete;

 private:
  Shared::Life& life_;
};

class Handler {
 public:
  Handler(Loop& loop, Shared& shared, std::size_t index, std::size_t life)
      : loop_(loop), shared_(shared), delay_(shared.delay[index]), life_(shared.lives[life]) {}

  Task<absl::StatusOr<Number>> Ask(Number request) {
    co_await dawdle();
    co_return request;
  }

  Task<absl::StatusOr<Number>> Once(Number request) {
    ++shared_.executed[request.value() % Shared::kIds];
    co_await dawdle();
    co_return request;
  }

  Task<absl::Status> Count(Number request, ServerWriter<Number>& stream) {
    const StreamCount count(life_);
    Number number;
    for (std::uint64_t value = 1; value <= request.value(); ++value) {
      co_await dawdle();
      number.set_value(value);
      absl::Status status = co_await stream.write(number);
      if (!status.ok()) co_return status;
    }
    co_return absl::OkStatus();
  }

  Task<absl::StatusOr<Number>> Take(ServerReader<Number>& stream) {
    const StreamCount count(life_);
    Number total;
    while (auto number = co_await stream.read()) total.set_value(total.value() + 1);
    if (!stream.status().ok()) co_return stream.status();
    co_return total;
  }

  Task<absl::Status> Echo(ServerReaderWriter<Number, Number>& stream) {
    const StreamCount count(life_);
    while (auto number = co_await stream.read()) {
      co_await dawdle();
      absl::Status status = co_await stream.write(*number);
      if (!status.ok()) co_return status;
    }
    co_return stream.status();
  }

 private:
  Task<void> dawdle() {
    const std::uint32_t delay = delay_.load();
    if (delay > 0) co_await loop_.sleep(std::chrono::milliseconds(delay));
  }

  Loop& loop_;
  Shared& shared_;
  std::atomic<std::uint32_t>& delay_;
  Shared::Life& life_;
};

Task<absl::Status> start(Server& server, Service service) {
  absl::Status status = server.add(std::move(service));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

}  // namespace

int run_instance(const std::string& url, const std::string& path, std::size_t index,
                 std::size_t life) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);  // it ends with the storm, however that ends
  const SharedFile shared(path);
  Loop loop;
  auto connection = loop.run(nats::Connection::connect(loop, nats::ConnectOptions(url)));
  if (!connection.ok()) return 1;
  Server server(*connection, std::make_shared<WorkerPool>(1), ServerOptions().set_queue_limit(8));
  const auto handler = std::make_shared<Handler>(loop, *shared, index, life);
  const absl::Status started = loop.run(start(server, storm::StormService::bind(handler)));
  if (!started.ok()) {
    std::fprintf(stderr, "an instance could not start: %s\n", started.ToString().c_str());
    return 1;
  }
  shared->lives[life].ready = true;
  loop.run();
  return 0;
}

}  // namespace fairlead::testing
