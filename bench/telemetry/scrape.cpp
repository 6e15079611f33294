// What a scrape costs a process that serves many methods: the time that each loop spends to tell
// its counts, and the time to sum them and write them down, which no loop spends. And what it costs
// to record metrics of one's own.
//   bench_scrape [METHODS [LOOPS]]

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "app/service_metrics.hpp"
#include "rpc/method_stats.hpp"
#include "telemetry/metric_shard.hpp"
#include "telemetry/metric_writer.hpp"

namespace fairlead {
namespace {

constexpr int kRounds = 50;

// The median of some rounds, in milliseconds.
template <typename Work>
double measure(const Work& work) {
  std::vector<double> times;
  for (int round = 0; round < kRounds; ++round) {
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    times.push_back(taken.count());
  }
  std::nth_element(times.begin(), times.begin() + kRounds / 2, times.end());
  return times[kRounds / 2];
}

// Calls of 50 us to 10 s, a few of which fail in one of three ways.
std::vector<rpc::MethodStats> busy_methods(std::size_t count) {
  std::mt19937_64 random(1);
  std::uniform_int_distribution<int> magnitude(0, 17);
  std::vector<rpc::MethodStats> methods(count);
  for (rpc::MethodStats& method : methods) {
    for (int call = 0; call < 200; ++call) {
      const auto code = call < 3 ? static_cast<absl::StatusCode>(3 + call) : absl::StatusCode::kOk;
      method.record(absl::Status(code, ""),
                    std::chrono::microseconds(50) * (1 << magnitude(random)));
    }
  }
  return methods;
}

LoopSnapshot read_all(const std::vector<rpc::MethodStats>& methods) {
  LoopSnapshot snapshot;
  snapshot.state = LoopState::kServing;
  for (std::size_t i = 0; i < methods.size(); ++i) {
    MethodSnapshot& method = snapshot.methods.emplace_back();
    method.service = "acme.warehouse.v1.Service" + std::to_string(i / 10);
    method.method = "DoSomethingUseful" + std::to_string(i % 10);
    method.limit = 5;
    method.set_counts(methods[i]);
  }
  return snapshot;
}

void run(std::size_t method_count, std::size_t loop_count) {
  const std::vector<rpc::MethodStats> methods = busy_methods(method_count);
  std::vector<PolledLoop> loops(loop_count);
  for (PolledLoop& loop : loops) loop.last = read_all(methods);
  const double read = measure([&] { loops.front().last = read_all(methods); });
  std::size_t size = 0;
  const double write = measure([&] {
    size = write_metrics(service_metrics(loops), telemetry::MetricFormat::kPrometheus).size();
  });
  std::printf(
      "a scrape of %zu methods on %zu loops: %.2f ms on each loop, %.2f ms beside them, "
      "%zu KiB\n",
      method_count, loop_count, read, write, size / 1024);
}

void record() {
  constexpr int kTimes = 1'000'000;
  const CounterMetric counter("bench_total", "Counts.", {"kind"});
  const HistogramMetric histogram("bench_seconds", "Durations.");
  const std::string kinds[] = {"one", "another"};
  telemetry::MetricShard shard;
  const Metrics metrics(&shard);
  const auto times = [](double milliseconds) { return milliseconds * 1e6 / kTimes; };
  const double same = measure([&] {
    for (int i = 0; i < kTimes; ++i) metrics.add(counter, 1, {kinds[0]});
  });
  const double changing = measure([&] {
    for (int i = 0; i < kTimes; ++i) metrics.add(counter, 1, {kinds[i % 2]});
  });
  const double observed = measure([&] {
    for (int i = 0; i < kTimes; ++i) metrics.observe(histogram, i % 100 * 0.001);
  });
  std::printf(
      "to record: %.0f ns for a counter with a label, %.0f ns if its value changes, %.0f ns for a "
      "histogram\n",
      times(same), times(changing), times(observed));
}

}  // namespace
}  // namespace fairlead

int main(int argc, char** argv) {
  const auto number = [&](int index, std::size_t standard) {
    return argc > index ? std::strtoul(argv[index], nullptr, 10) : standard;
  };
  fairlead::run(number(1, 1000), std::max<std::size_t>(number(2, 4), 1));
  fairlead::record();
}
