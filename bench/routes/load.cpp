#include "bench/routes/load.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "fairlead/task_scope.hpp"

#include "calc.fairlead.hpp"

namespace fairlead::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kClockEvery = 64;  // calls of one caller between two looks at the clock

struct Count {
  std::uint64_t calls = 0;
  std::uint64_t failed = 0;
  std::vector<float> taken;  // microseconds
};

Task<void> call_until(calc::CalcClient client, Clock::time_point end, bool timed, Count& count) {
  calc::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  while (Clock::now() < end) {
    for (std::uint64_t i = 0; i < kClockEvery; ++i) {
      const auto start = timed ? Clock::now() : Clock::time_point();
      const auto reply = co_await client.Average(request);
      if (!reply.ok()) ++count.failed;
      ++count.calls;
      if (!timed) continue;
      const auto now = Clock::now();
      count.taken.push_back(std::chrono::duration<float, std::micro>(now - start).count());
      if (now >= end) break;
    }
  }
}

}  // namespace

Task<Found> measure(Channel channel, RouteChoice route, int in_flight, double seconds, bool timed) {
  const calc::CalcClient client(channel, ClientOptions().set_route(route));
  Count count;
  if (timed) count.taken.reserve(1 << 22);
  const auto start = Clock::now();
  const std::chrono::duration<double> length(seconds);
  const auto end = start + std::chrono::duration_cast<Clock::duration>(length);
  TaskScope scope(channel.loop());
  for (int i = 0; i < in_flight; ++i) scope.spawn(call_until(client, end, timed, count));
  co_await scope.join();
  if (count.failed > 0) {
    std::fprintf(stderr, "bench_routes: %llu calls failed\n",
                 static_cast<unsigned long long>(count.failed));
    std::exit(1);
  }
  const std::chrono::duration<double> took = Clock::now() - start;
  Found found;
  found.calls_per_second = static_cast<double>(count.calls) / took.count();
  if (!count.taken.empty()) {
    const auto middle = count.taken.begin() + static_cast<std::ptrdiff_t>(count.taken.size() / 2);
    std::nth_element(count.taken.begin(), middle, count.taken.end());
    found.median_microseconds = *middle;
  }
  co_return found;
}

void print_head(Rounds rounds) {
  std::printf("Average of three floats; median of %d rounds of %g s, slowest, fastest\n\n",
              rounds.count, rounds.seconds);
  std::printf("%-12s %9s %9s %9s %9s %9s\n", "route", "in flight", "calls/s", "slowest", "fastest",
              "p50 us");
}

void print_line(const char* route, int in_flight, std::vector<Found> found) {
  std::sort(found.begin(), found.end(), [](const Found& one, const Found& other) {
    return one.calls_per_second < other.calls_per_second;
  });
  const Found& middle = found[found.size() / 2];
  std::printf("%-12s %9d %9.0f %9.0f %9.0f %9.1f\n", route, in_flight, middle.calls_per_second,
              found.front().calls_per_second, found.back().calls_per_second,
              middle.median_microseconds);
  std::fflush(stdout);
}

}  // namespace fairlead::bench
