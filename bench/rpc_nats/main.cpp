// Typed Average through nats-server: a service and a client, one loop each, in processes of their
// own; beside them the same traffic by bare sockets. Prints ratios within one run.
//
//   bench_rpc_nats [SECONDS [ROUNDS]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "fairlead/testing/nats_server.hpp"

#include "bench/rpc_nats/sides.hpp"

namespace fairlead::bench {
namespace {

enum class Side { kSockets, kLoop, kWorkers, kLayers };
constexpr std::size_t kSides = 4;

constexpr const char* kNames[] = {"bare sockets", "fairlead, coroutine", "fairlead, plain function",
                                  "fairlead, layers on"};

int serve(Side side, const Load& load) {
  if (side == Side::kSockets) return serve_with_sockets(load);
  return serve_with_fairlead(load, side == Side::kWorkers);
}

/// A service in a process of its own, until the object ends.
class ServiceProcess {
 public:
  ServiceProcess(Side side, const Load& load) {
    int in[2];
    int out[2];
    if (pipe(in) != 0 || pipe(out) != 0) std::exit(1);
    std::fflush(stdout);
    pid_ = fork();
    if (pid_ == 0) {
      dup2(in[0], 0);
      dup2(out[1], 1);
      for (const int fd : {in[0], in[1], out[0], out[1]}) close(fd);
      _exit(serve(side, load));
    }
    close(in[0]);
    close(out[1]);
    input_ = in[1];
    output_ = fdopen(out[0], "r");
    char line[64];
    if (!std::fgets(line, sizeof(line), output_) || std::strcmp(line, "ready\n") != 0) {
      std::fprintf(stderr, "the service did not start\n");
      std::exit(1);
    }
  }

  /// Ends it; returns its allocations per call, negative if it does not count them.
  double stop() {
    close(input_);
    double allocations = -1;
    if (std::fscanf(output_, "%lf", &allocations) != 1) allocations = -1;
    std::fclose(output_);
    waitpid(pid_, nullptr, 0);
    return allocations;
  }

 private:
  pid_t pid_ = -1;
  int input_ = -1;
  FILE* output_ = nullptr;
};

Result measure(Side side, const Load& load, double& service_allocations) {
  ServiceProcess service(side, load);
  // The client has a process of its own too, so that nothing of a former run is left in it.
  int out[2];
  if (pipe(out) != 0) std::exit(1);
  const pid_t pid = fork();
  if (pid == 0) {
    Load own = load;
    own.layers = side == Side::kLayers;
    const Result result =
        side == Side::kSockets ? call_with_sockets(own) : call_with_fairlead(own, false);
    const bool written = write(out[1], &result, sizeof(result)) == sizeof(result);
    _exit(written ? 0 : 1);
  }
  close(out[1]);
  Result result;
  if (read(out[0], &result, sizeof(result)) != sizeof(result)) std::exit(1);
  close(out[0]);
  waitpid(pid, nullptr, 0);
  service_allocations = service.stop();
  return result;
}

int run(double seconds, int rounds) {
  testing::NatsServer server;
  Load load;
  load.host = "127.0.0.1";
  load.port =
      static_cast<std::uint16_t>(std::stoi(server.url().substr(server.url().rfind(':') + 1)));
  load.seconds = seconds;
  std::printf("Average of three floats through nats-server; best of %d rounds of %.0f s\n\n",
              rounds, seconds);
  std::printf("%-26s %9s %12s %9s %9s %7s %14s %15s %14s\n", "", "in flight", "calls/s", "p50 us",
              "p99 us", "ratio", "allocs client", "allocs service", "client CPU us");
  for (const int in_flight : {1, 64, 512}) {
    load.in_flight = in_flight;
    Result best[kSides];
    double allocations[kSides] = {};
    // Rounds go round the sides, so that a slow moment of the machine hits all of them.
    for (int round = 0; round < rounds; ++round) {
      for (const Side side : {Side::kSockets, Side::kLoop, Side::kWorkers, Side::kLayers}) {
        double service_allocations = 0;
        const Result result = measure(side, load, service_allocations);
        const auto index = static_cast<std::size_t>(side);
        if (result.failed > 0)
          std::printf("%llu calls failed\n", static_cast<unsigned long long>(result.failed));
        if (result.calls_per_second <= best[index].calls_per_second) continue;
        best[index] = result;
        allocations[index] = service_allocations;
      }
    }
    for (std::size_t i = 0; i < kSides; ++i) {
      const Result& result = best[i];
      std::printf("%-26s %9d %12.0f %9.1f %9.1f %7.2f", kNames[i], in_flight,
                  result.calls_per_second, result.p50_microseconds, result.p99_microseconds,
                  result.calls_per_second / best[0].calls_per_second);
      if (i > 0) {
        std::printf(" %14.2f %15.2f %14.2f", result.allocations_per_call, allocations[i],
                    result.cpu_microseconds);
      }
      std::printf("\n");
    }
  }
  return 0;
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  const double seconds = argc > 1 ? std::atof(argv[1]) : 3;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 3;
  if (seconds <= 0 || rounds <= 0) {
    std::fprintf(stderr, "usage: bench_rpc_nats [SECONDS [ROUNDS]]\n");
    return 2;
  }
  return fairlead::bench::run(seconds, rounds);
}
