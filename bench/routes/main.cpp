// Typed Average within a loop, without NATS: a coroutine handler and its callers on one thread.
//
//   bench_routes [SECONDS [ROUNDS]]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"

#include "calc.fairlead.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kClockEvery = 64;  // calls of one caller between two looks at the clock

struct Averager {
  Task<calc::CalcResponse> Average(calc::AverageRequest request) {
    float sum = 0;
    for (const float value : request.values()) sum += value;
    calc::CalcResponse response;
    response.set_operation("average");
    response.set_result(sum / static_cast<float>(request.values_size()));
    co_return response;
  }
  calc::CalcResponse Add(const calc::AddRequest&) { return {}; }
  calc::CalcResponse Expression(const calc::ExpressionRequest&) { return {}; }
};

struct Count {
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
};

Task<void> call_until(calc::CalcClient client, Clock::time_point end, Count& count) {
  calc::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  while (Clock::now() < end) {
    for (std::uint64_t i = 0; i < kClockEvery; ++i) {
      const auto reply = co_await client.Average(request);
      if (!reply.ok()) ++count.failed;
      ++count.calls;
    }
  }
}

/// Calls per second.
Task<double> measure(Channel channel, int in_flight, double seconds) {
  const calc::CalcClient client(channel, ClientOptions().set_route(RouteChoice::kLocal));
  Count count;
  const auto start = Clock::now();
  const std::chrono::duration<double> length(seconds);
  const auto end = start + std::chrono::duration_cast<Clock::duration>(length);
  TaskScope scope(channel.loop());
  for (int i = 0; i < in_flight; ++i) scope.spawn(call_until(client, end, count));
  co_await scope.join();
  if (count.failed > 0) {
    std::fprintf(stderr, "bench_routes: %llu calls failed\n",
                 static_cast<unsigned long long>(count.failed));
    std::exit(1);
  }
  const std::chrono::duration<double> took = Clock::now() - start;
  co_return static_cast<double>(count.calls) / took.count();
}

Task<absl::Status> start(Server& server) {
  absl::Status status = server.add(calc::CalcService::bind(std::make_shared<Averager>()));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

}  // namespace
}  // namespace fairlead::bench

int main(int argc, char** argv) {
  using namespace fairlead;
  const double seconds = argc > 1 ? std::atof(argv[1]) : 1;
  const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
  if (seconds <= 0 || rounds <= 0) {
    std::fprintf(stderr, "usage: bench_routes [SECONDS [ROUNDS]]\n");
    return 2;
  }
  Loop loop;
  const Channel channel(loop);
  Server server(channel, std::make_shared<WorkerPool>(1));
  if (!loop.run(bench::start(server)).ok()) return 1;
  std::printf("route  in flight   calls/s (median of %d rounds of %g s, slowest, fastest)\n",
              rounds, seconds);
  loop.run(bench::measure(channel, 1, seconds / 10));  // warms up
  for (const int in_flight : {1, 64, 512}) {
    std::vector<double> found;
    for (int i = 0; i < rounds; ++i) {
      found.push_back(loop.run(bench::measure(channel, in_flight, seconds)));
    }
    std::sort(found.begin(), found.end());
    std::printf("local  %9d %9.0f %9.0f %9.0f\n", in_flight, found[found.size() / 2], found.front(),
                found.back());
  }
  return loop.run(server.stop(std::chrono::seconds(5))).ok() ? 0 : 1;
}
