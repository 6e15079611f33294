#include "bench/routes/remote.hpp"

#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include "fairlead/server.hpp"
#include "fairlead/testing/nats_server.hpp"

#include "bench/routes/averager.hpp"

namespace fairlead::bench {
namespace {

Task<absl::Status> serve(Loop& loop, std::string url, std::vector<std::string> direct, int out) {
  const nats::ConnectOptions options(url);
  auto connection = co_await nats::Connection::connect(loop, options);
  if (!connection.ok()) co_return connection.status();
  ServerOptions serving;
  serving.set_direct(std::move(direct));
  Server server(*connection, std::make_shared<WorkerPool>(1), serving);
  absl::Status status = server.add(calc::CalcService::bind(std::make_shared<Averager>()));
  if (status.ok()) status = co_await server.start();
  if (!status.ok()) co_return status;
  if (write(out, "!", 1) != 1) co_return absl::InternalError("nobody waits");
  co_await loop.sleep(std::chrono::hours(24));
  co_return absl::OkStatus();
}

/// A service in a process of its own, which ends with this object.
class Service {
 public:
  Service(const std::string& url, const std::string& address) {
    int pipes[2];
    if (pipe(pipes) != 0) return;
    process_ = fork();
    if (process_ == 0) {
      Loop loop;
      const absl::Status status = loop.run(serve(loop, url, {address}, pipes[1]));
      std::fprintf(stderr, "bench_routes: %s\n", status.ToString().c_str());
      _exit(1);
    }
    close(pipes[1]);
    char started = 0;
    ready_ = read(pipes[0], &started, 1) == 1;
    close(pipes[0]);
  }
  ~Service() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  bool ready() const { return ready_; }

 private:
  pid_t process_ = -1;
  bool ready_ = false;
};

Task<absl::StatusOr<Found>> call(Loop& loop, std::string url, RouteChoice route, int in_flight,
                                 double seconds) {
  const nats::ConnectOptions options(url);
  auto connection = co_await nats::Connection::connect(loop, options);
  if (!connection.ok()) co_return connection.status();
  const Channel channel(*connection);
  // The first calls find the way.
  const Found first = co_await measure(channel, route, 1, seconds / 10, true);
  static_cast<void>(first);
  co_return co_await measure(channel, route, in_flight, seconds, true);
}

}  // namespace

bool measure_remote(Rounds rounds) {
  const testing::NatsServer nats;
  struct Way {
    const char* name;
    RouteChoice route;
    std::string address;
  };
  const std::string path = "/tmp/fairlead-bench-" + std::to_string(getpid()) + ".sock";
  for (const Way& way : {Way{"nats", RouteChoice::kNats, "127.0.0.1:0"},
                         Way{"direct TLS", RouteChoice::kDirect, "127.0.0.1:0"},
                         Way{"direct unix", RouteChoice::kDirect, "unix:" + path}}) {
    const Service service(nats.url(), way.address);
    if (!service.ready()) return false;
    for (const int in_flight : {1, 64, 512}) {
      std::vector<Found> found;
      for (int i = 0; i < rounds.count; ++i) {
        Loop loop;
        const auto one = loop.run(call(loop, nats.url(), way.route, in_flight, rounds.seconds));
        if (!one.ok()) {
          std::fprintf(stderr, "bench_routes: %s\n", one.status().ToString().c_str());
          return false;
        }
        found.push_back(*one);
      }
      print_line(way.name, in_flight, std::move(found));
    }
  }
  unlink(path.c_str());
  return true;
}

}  // namespace fairlead::bench
