#pragma once

#include <atomic>
#include <barrier>
#include <optional>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "fairlead/client.hpp"
#include "fairlead/task_scope.hpp"

#include "cli/bench_result.hpp"
#include "cli/bench_schedule.hpp"
#include "cli/method_call.hpp"
#include "core/waiter.hpp"

namespace fairlead::cli {

/// What all workers of a benchmark do, each with its share.
struct BenchWork {
  nats::ConnectOptions connect;
  FoundMethod* method = nullptr;
  const std::vector<MessagePointer>* requests = nullptr;  // taken in turn
  CallOptions options;
  RouteChoice route = RouteChoice::kNats;
  std::chrono::nanoseconds wait = {};  // for nats-server, in one-way calls
  BenchPace pace;                      // of all together
  std::uint64_t in_flight = 1;         // of all together
  std::size_t workers = 1;
};

/// Where the workers wait for each other, so that they begin together.
using BenchStart = std::barrier<>;

/// One connection of a benchmark and its calls, on a loop and a thread of its own.
class BenchWorker {
 public:
  /// `work` and `start` outlive it.
  BenchWorker(const BenchWork& work, std::size_t index, BenchStart& start);

  /// Connects, waits for the others, makes calls until the end and closes: the thread's work.
  void run();

  /// Ends it soon, dropping the calls that are on their way. From any thread, while run() lasts or
  /// afterwards.
  void stop();

  /// How far it is. From any thread.
  std::uint64_t calls() const { return calls_.load(std::memory_order_relaxed); }
  std::uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

  /// After run(): why there was no connection, and what was measured.
  const absl::Status& status() const { return status_; }
  const BenchResult& result() const { return result_; }

 private:
  using Clock = Deadline::Clock;

  Task<void> work();
  Task<void> make_calls();
  Task<void> keep_pace(TaskScope& callers);
  void wake(std::uint64_t count, TaskScope& callers);
  void record(const BenchSchedule::Call& call, const absl::Status& status, Clock::time_point sent);
  void end(Clock::time_point now);
  void count_bytes();

  const BenchWork& work_;
  const std::size_t index_;
  BenchStart& start_;
  const std::uint64_t in_flight_;

  Loop loop_;
  boost::asio::steady_timer timer_;  // finer than the loop's wheel of milliseconds
  std::optional<nats::Connection> connection_;
  std::optional<Client> client_;
  std::optional<BenchSchedule> schedule_;
  std::vector<MessagePointer> requests_;  // own ones: a message caches its size while it is sent
  std::vector<Waiter*> idle_;             // callers that wait for a call to be due
  std::uint64_t callers_ = 0;
  bool interrupted_ = false;
  nats::Statistics before_;  // when the first call that counts began
  bool measuring_ = false;
  Clock::time_point last_end_;

  std::atomic<std::uint64_t> calls_ = 0;
  std::atomic<std::uint64_t> failed_ = 0;
  absl::Status status_;
  BenchResult result_;
};

}  // namespace fairlead::cli
