#pragma once

#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/signal_set.hpp>

#include "cli/bench_worker.hpp"
#include "cli/progress_line.hpp"

namespace fairlead::cli {

/// A benchmark that runs: its workers on their threads, Ctrl-C, and the line that shows how far it
/// is. Used on `loop`.
class BenchRun {
 public:
  /// `work` outlives it.
  BenchRun(Loop& loop, const BenchWork& work);
  ~BenchRun();
  BenchRun(const BenchRun&) = delete;
  BenchRun& operator=(const BenchRun&) = delete;

  /// Returns what all measured together, or why one of them had no connection.
  Task<absl::StatusOr<BenchResult>> run();

 private:
  void start();
  void stop();
  void join();
  Task<void> await_interrupt();
  Task<void> show_progress();

  Loop& loop_;
  const BenchWork& work_;
  BenchStart start_;
  std::vector<std::unique_ptr<BenchWorker>> workers_;
  std::vector<std::thread> threads_;
  std::size_t running_ = 0;
  Waiter ended_;
  Deadline::TimePoint started_;
  boost::asio::signal_set signals_;
};

}  // namespace fairlead::cli
