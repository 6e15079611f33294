#include "cli/bench_run.hpp"

#include <csignal>
#include <iostream>
#include <tuple>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <sys/ioctl.h>
#include <unistd.h>

#include "core/loop_core.hpp"
#include "core/waiter_timeout.hpp"

namespace fairlead::cli {
namespace {

using boost::system::error_code;

constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

std::size_t columns_of_terminal() {
  winsize window = {};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 0;
  return known ? window.ws_col : 80;
}

}  // namespace

BenchRun::BenchRun(Loop& loop, const BenchWork& work)
    : loop_(loop),
      work_(work),
      start_(static_cast<std::ptrdiff_t>(work.workers)),
      signals_(loop.core().context()) {}

BenchRun::~BenchRun() {
  stop();
  join();
}

void BenchRun::start() {
  for (std::size_t i = 0; i < work_.workers; ++i) {
    workers_.push_back(std::make_unique<BenchWorker>(work_, i, start_));
  }
  running_ = work_.workers;
  started_ = Deadline::Clock::now();
  for (const auto& worker : workers_) {
    threads_.emplace_back([this, &worker = *worker] {
      worker.run();
      loop_.post([this] {
        --running_;
        ended_.wake();
      });
    });
  }
}

void BenchRun::stop() {
  for (const auto& worker : workers_) worker->stop();
}

void BenchRun::join() {
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

Task<absl::StatusOr<BenchResult>> BenchRun::run() {
  for (const int signal : {SIGINT, SIGTERM}) signals_.add(signal);
  start();
  TaskScope scope(loop_);
  scope.spawn(await_interrupt());
  co_await show_progress();
  error_code ignored;
  signals_.cancel(ignored);
  co_await scope.join();
  join();
  BenchResult result;
  for (const auto& worker : workers_) {
    if (!worker->status().ok()) co_return worker->status();
    result.add(worker->result());
  }
  co_return result;
}

Task<void> BenchRun::await_interrupt() {
  const std::tuple<error_code, int> came = co_await signals_.async_wait(kAwait);
  if (std::get<0>(came)) co_return;
  // Whoever asks a second time does not want to wait for the result.
  error_code ignored;
  signals_.clear(ignored);
  stop();
}

/// Until all workers have ended.
Task<void> BenchRun::show_progress() {
  constexpr std::chrono::milliseconds kInterval(250);
  const bool shown = isatty(STDERR_FILENO) == 1;
  const BenchPace& pace = work_.pace;
  double whole = static_cast<double>(pace.calls);
  if (pace.calls == 0)
    whole = std::chrono::duration<double>(pace.duration.value_or(kInterval)).count();
  ProgressLine line(whole, pace.calls > 0);
  while (running_ > 0) {
    WaiterTimeout timeout(ended_);
    loop_.core().arm(timeout, Deadline::after(kInterval));
    co_await ended_.wait();
    if (!shown || running_ == 0) continue;
    ProgressLine::State state;
    state.elapsed = Deadline::Clock::now() - started_ - pace.warm_up;
    for (const auto& worker : workers_) {
      state.calls += worker->calls();
      state.failed += worker->failed();
    }
    std::cerr << '\r' << line.draw(state, columns_of_terminal()) << "\x1b[K" << std::flush;
  }
  if (shown) std::cerr << "\r\x1b[K" << std::flush;
}

}  // namespace fairlead::cli
