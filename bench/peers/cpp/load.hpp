#pragma once
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <sys/resource.h>

#include "histogram.hpp"

// The load generator, for asynchronous calls. For rate 0 each
// caller's call follows the one before (closed loop), else calls are due at fixed times (open loop)
// and their time counts from then.
namespace peer {

using Clock = std::chrono::steady_clock;

/// What to call, as the command line says it, and when.
struct Plan {
  int callers = 1;
  double seconds = 1;
  double rate = 0;  ///< Calls due per second.
  Clock::time_point begin, from, end;

  bool open() const { return rate > 0; }
  /// The measured time is from `from` to `end`; before it a tenth of that warms up.
  void start_now() {
    const auto length = [](double value) {
      return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(value));
    };
    begin = Clock::now();
    from = begin + length(seconds / 10);
    end = from + length(seconds);
  }
  std::int64_t total() const { return static_cast<std::int64_t>(seconds * 1.1 * rate); }
  Clock::time_point due(std::int64_t call) const {
    return begin + std::chrono::nanoseconds(
                       static_cast<std::int64_t>(static_cast<double>(call) / rate * 1e9));
  }
};

/// What one caller found. What fails counts even while warming up.
struct Tally {
  std::uint64_t failed = 0;
  Histogram times;
  Clock::time_point last;  ///< When its last call ended.

  /// In a closed loop those count that end in the measured time, in an open one those that are due
  /// in it.
  void add(const Plan& plan, Clock::time_point due, bool right) {
    last = Clock::now();
    const Clock::time_point at = plan.open() ? due : last;
    if (!right) {
      ++failed;
    } else if (at >= plan.from && at < plan.end) {
      times.add(std::chrono::nanoseconds(last - due).count());
    }
  }
};

inline double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](timeval time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// What all callers found together; `cpu` is that of the measured time.
class Result {
 public:
  Result(const Plan& plan, const std::vector<Tally>& tallies, double cpu) : cpu_(cpu) {
    Clock::time_point last = plan.end;
    for (const Tally& tally : tallies) {
      failed_ += tally.failed;
      times_.merge(tally.times);
      if (plan.open()) last = std::max(last, tally.last);
    }
    seconds_ = std::chrono::duration<double>(last - plan.from).count();
  }
  void print() const {
    std::printf(
        "{\"calls\": %llu, \"failed\": %llu, \"seconds\": %.6f, \"p50_us\": %.2f, \"p90_us\": "
        "%.2f, "
        "\"p99_us\": %.2f, \"p999_us\": %.2f, \"max_us\": %.2f, \"cpu_seconds\": %.6f}\n",
        static_cast<unsigned long long>(times_.count()), static_cast<unsigned long long>(failed_),
        seconds_, times_.quantile(0.5) / 1e3, times_.quantile(0.9) / 1e3,
        times_.quantile(0.99) / 1e3, times_.quantile(0.999) / 1e3, times_.max() / 1e3, cpu_);
  }

 private:
  std::uint64_t failed_ = 0;
  Histogram times_;
  double seconds_ = 0;
  double cpu_;
};

/// A loop of asynchronous calls: `start` starts one, for the caller of that number, whose end is
/// told to ended(), from any thread.
class AsyncLoop {
 public:
  using Start = std::function<void(std::size_t caller)>;

  AsyncLoop(Plan plan, Start start)
      : plan_(plan), start_(std::move(start)), tallies_(callers()), due_(callers()) {}

  Result run() {
    plan_.start_now();
    double before = 0;
    double cpu = 0;
    if (plan_.open()) {
      before = run_open();
    } else {
      for (std::size_t i = 0; i < callers(); ++i) start(i, Clock::now());
      std::this_thread::sleep_until(plan_.from);
      before = cpu_seconds();
      std::this_thread::sleep_until(plan_.end);
      cpu = cpu_seconds() - before;
    }
    std::unique_lock lock(mutex_);
    all_idle_.wait(lock, [this] { return idle_.size() == callers(); });
    if (plan_.open()) cpu = cpu_seconds() - before;
    return Result(plan_, tallies_, cpu);
  }

  void ended(std::size_t caller, bool right) {
    Tally& tally = tallies_[caller];
    tally.add(plan_, due_[caller], right);
    if (!plan_.open() && tally.last < plan_.end) return start(caller, tally.last);
    std::unique_lock lock(mutex_);
    if (waiting_.empty()) {
      idle_.push_back(caller);
      if (idle_.size() == callers()) all_idle_.notify_one();
      return;
    }
    const Clock::time_point due = waiting_.front();
    waiting_.pop_front();
    lock.unlock();
    start(caller, due);
  }

 private:
  std::size_t callers() const { return static_cast<std::size_t>(plan_.callers); }

  void start(std::size_t caller, Clock::time_point due) {
    due_[caller] = due;
    start_(caller);
  }

  /// Starts calls when they are due, if a caller is idle; else the next that is takes them. The
  /// processor time at the start of the measured time.
  double run_open() {
    for (std::size_t i = 0; i < callers(); ++i) idle_.push_back(i);
    double before = -1;
    for (std::int64_t call = 0; call < plan_.total(); ++call) {
      const Clock::time_point due = plan_.due(call);
      std::this_thread::sleep_until(due);
      if (before < 0 && due >= plan_.from) before = cpu_seconds();
      std::unique_lock lock(mutex_);
      if (idle_.empty()) {
        waiting_.push_back(due);
        continue;
      }
      const std::size_t caller = idle_.back();
      idle_.pop_back();
      lock.unlock();
      start(caller, due);
    }
    return before;
  }

  Plan plan_;
  Start start_;
  std::vector<Tally> tallies_;
  std::vector<Clock::time_point> due_;  // of each caller's call
  std::mutex mutex_;
  std::condition_variable all_idle_;
  std::vector<std::size_t> idle_;
  std::deque<Clock::time_point> waiting_;  // calls that are due while no caller is idle
};

}  // namespace peer
