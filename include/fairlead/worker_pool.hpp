#pragma once

#include <cstddef>
#include <functional>
#include <memory>

namespace fairlead {

class ManualTime;

/// Threads on which plain handlers run, because they may block. Shared by the servers of a process.
class WorkerPool {
 public:
  /// Starts `threads` threads. Default in an App: 16.
  explicit WorkerPool(std::size_t threads);
  /// One for a loop whose time a test moves: see fairlead::testing::ManualClock. Not for programs.
  WorkerPool(std::size_t threads, std::shared_ptr<ManualTime> time);
  /// Waits for the work that runs; work that waits is dropped.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  /// Runs `work` on one of the threads. From any thread.
  void run(std::function<void()> work);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace fairlead
