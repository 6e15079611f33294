#include <cstdio>
#include <ctime>
#include <memory>
#include <optional>
#include <thread>

#include <unistd.h>

#include "fairlead/server.hpp"
#include "fairlead/task_scope.hpp"
#include "fairlead/tracing.hpp"

#include "bench/rpc_nats/sides.hpp"
#include "calc.fairlead.hpp"
#include "core/histogram.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;

calc::CalcResponse average(const calc::AverageRequest& request) {
  float sum = 0;
  for (const float value : request.values()) sum += value;
  calc::CalcResponse response;
  response.set_operation("average");
  response.set_result(sum / static_cast<float>(request.values_size()));
  return response;
}

struct OnLoop {
  Task<calc::CalcResponse> Average(calc::AverageRequest request) { co_return average(request); }
  calc::CalcResponse Add(const calc::AddRequest&) { return {}; }
  calc::CalcResponse Expression(const calc::ExpressionRequest&) { return {}; }
};

struct OnWorkers {
  calc::CalcResponse Average(const calc::AverageRequest& request) { return average(request); }
  calc::CalcResponse Add(const calc::AddRequest&) { return {}; }
  calc::CalcResponse Expression(const calc::ExpressionRequest&) { return {}; }
};

std::string url_of(const Load& load) {
  return "nats://" + load.host + ":" + std::to_string(load.port);
}

struct Counters {
  Clock::time_point measure_from;
  Clock::time_point end;
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::uint64_t allocations_before = 0;
  Histogram latency;
};

Task<void> call_again_and_again(calc::CalcClient client, Counters& counters) {
  calc::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  auto start = Clock::now();
  while (start < counters.end) {
    const auto reply = co_await client.Average(request);
    const auto now = Clock::now();
    if (!reply.ok()) ++counters.failed;
    if (start >= counters.measure_from) {
      if (counters.calls++ == 0) counters.allocations_before = allocations();
      counters.latency.record(static_cast<std::uint64_t>((now - start).count()));
    }
    start = now;
  }
}

Task<Result> run_client(Loop& loop, Load load, std::shared_ptr<Tracer> tracer) {
  auto connection = co_await nats::Connection::connect(loop, nats::ConnectOptions(url_of(load)));
  Result result;
  if (!connection.ok()) co_return result;
  Counters counters;
  const auto length =
      std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(load.seconds));
  counters.measure_from = Clock::now() + length / 10;
  counters.end = counters.measure_from + length;
  ClientOptions options;
  options.set_tracer(std::move(tracer));
  if (load.layers) {
    options.set_policy(CallPolicy()
                           .set_retry(RetryPolicy())
                           .set_throttle(ThrottlePolicy())
                           .set_breaker(BreakerPolicy()));
  }
  calc::CalcClient client(*connection, options);
  const std::clock_t cpu = std::clock();
  TaskScope scope(loop);
  for (int i = 0; i < load.in_flight; ++i) scope.spawn(call_again_and_again(client, counters));
  co_await scope.join();
  const auto calls = static_cast<double>(counters.calls);
  result.calls_per_second = calls / load.seconds;
  result.p50_microseconds = static_cast<double>(counters.latency.quantile(0.5)) / 1e3;
  result.p99_microseconds = static_cast<double>(counters.latency.quantile(0.99)) / 1e3;
  // The tenth in which it warmed up is not counted as calls.
  result.cpu_microseconds =
      static_cast<double>(std::clock() - cpu) * 1e6 / CLOCKS_PER_SEC / calls / 1.1;
  result.allocations_per_call =
      static_cast<double>(allocations() - counters.allocations_before) / calls;
  result.failed = counters.failed;
  connection->close();
  co_return result;
}

Task<absl::Status> start(Server& server, Service service) {
  absl::Status status = server.add(std::move(service));
  if (status.ok()) status = co_await server.start();
  co_return status;
}

}  // namespace

int serve_with_fairlead(const Load& load, bool blocking) {
  Loop loop;
  auto connection = loop.run(nats::Connection::connect(loop, nats::ConnectOptions(url_of(load))));
  if (!connection.ok()) return 1;
  auto workers = std::make_shared<WorkerPool>(2);
  Server server(*connection, workers);
  Service service = blocking ? calc::CalcService::bind(std::make_shared<OnWorkers>())
                             : calc::CalcService::bind(std::make_shared<OnLoop>());
  if (!loop.run(start(server, std::move(service))).ok()) return 1;
  std::puts("ready");
  std::fflush(stdout);
  // The parent closes our input when it has measured.
  std::thread watcher([&] {
    char byte = 0;
    while (read(0, &byte, 1) > 0) continue;
    loop.stop();
  });
  const std::uint64_t before = allocations();
  loop.run();
  watcher.join();
  const auto in = static_cast<double>(connection->statistics().messages_in);
  std::printf("%.3f\n", static_cast<double>(allocations() - before) / (in > 0 ? in : 1));
  std::fflush(stdout);
  _exit(0);
}

Result call_with_fairlead(const Load& load, bool) {
  std::optional<Tracing> tracing;
  if (load.traced) tracing.emplace("caller");
  Loop loop;
  return loop.run(run_client(loop, load, tracing ? tracing->tracer() : nullptr));
}

}  // namespace fairlead::bench
