// Calls calc.Calc.Average many times, 64 calls at once, and says how it went:
//
//   calc_client [NATS_URL [CALLS]]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <unistd.h>

#include "fairlead/task_scope.hpp"

#include "calc.fairlead.hpp"
#include "instances.hpp"

namespace {

using fairlead::Task;
using Clock = std::chrono::steady_clock;

constexpr int kAtOnce = 64;

struct Progress {
  int wanted = 0;
  int started = 0;
  int failed = 0;
  int shown = -1;  // percent
  std::vector<double> microseconds;

  // A bar that grows on a terminal; one line where the output is a file.
  void show() {
    const auto done = static_cast<int>(microseconds.size());
    const int percent = static_cast<int>(done * 100LL / wanted);
    if (percent == shown || (percent < 100 && !isatty(1))) return;
    shown = percent;
    std::string bar(static_cast<std::size_t>(percent * 2 / 5), '#');
    bar.resize(40, ' ');
    std::printf("%s[%s] %3d %%%s", isatty(1) ? "\r" : "", bar.c_str(), percent,
                percent == 100 ? "\n" : "");
    std::fflush(stdout);
  }
};

Task<void> call_while_wanted(calc::CalcClient client, Progress& progress) {
  calc::AverageRequest request;
  for (const float value : {1.1f, 2.0f, 3.5f}) request.add_values(value);
  while (progress.started < progress.wanted) {
    ++progress.started;
    const auto start = Clock::now();
    const absl::StatusOr<calc::CalcResponse> reply = co_await client.Average(request);
    const std::chrono::duration<double, std::micro> taken = Clock::now() - start;
    progress.microseconds.push_back(taken.count());
    if (!reply.ok() && progress.failed++ == 0) {
      std::fprintf(stderr, "\nfirst failure: %s\n", reply.status().ToString().c_str());
    }
    progress.show();
  }
}

Task<int> run(fairlead::Loop& loop, fairlead::nats::ConnectOptions options, int calls) {
  const auto connection = co_await fairlead::nats::Connection::connect(loop, options);
  if (!connection.ok()) {
    std::fprintf(stderr, "%s\n", connection.status().ToString().c_str());
    co_return 1;
  }
  const auto before = co_await count_by_instance(*connection);
  Progress progress;
  progress.wanted = calls;
  const calc::CalcClient client(*connection);
  fairlead::TaskScope scope(loop);
  const auto start = Clock::now();
  for (int i = 0; i < kAtOnce; ++i) scope.spawn(call_while_wanted(client, progress));
  co_await scope.join();
  const std::chrono::duration<double> taken = Clock::now() - start;

  auto& times = progress.microseconds;
  std::sort(times.begin(), times.end());
  std::printf("%d calls, %d failed, %.0f calls/s, p50 %.0f us, p99 %.0f us\n", calls,
              progress.failed, calls / taken.count(), times[times.size() / 2],
              times[times.size() * 99 / 100]);
  const auto after = co_await count_by_instance(*connection);
  if (before.ok() && after.ok()) {
    for (const auto& [id, count] : *after) {
      const auto known = before->find(id);
      const auto earlier = known == before->end() ? 0 : known->second;
      std::printf("  instance %s took %llu\n", id.c_str(),
                  static_cast<unsigned long long>(count - earlier));
    }
  }
  co_return progress.failed == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  fairlead::nats::ConnectOptions options;
  if (argc > 1) options.set_url(argv[1]);
  const int calls = argc > 2 ? std::atoi(argv[2]) : 100'000;
  if (argc > 3 || calls <= 0) {
    std::fprintf(stderr, "usage: calc_client [NATS_URL [CALLS]]\n");
    return 2;
  }
  fairlead::Loop loop;
  return loop.run(run(loop, options, calls));
}
