#pragma once
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "peer.hpp"

namespace peer {

/// Threads for handlers that block, for libraries that have none: theirs must not be kept waiting.
class BlockingPool {
 public:
  BlockingPool() {
    for (int i = 0; i < kBlockingThreads; ++i) threads_.emplace_back([this] { work(); });
  }
  ~BlockingPool() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  void post(std::function<void()> handler) {
    {
      const std::lock_guard lock(mutex_);
      handlers_.push_back(std::move(handler));
    }
    changed_.notify_one();
  }

 private:
  void work() {
    for (std::unique_lock lock(mutex_);;) {
      changed_.wait(lock, [this] { return ended_ || !handlers_.empty(); });
      if (handlers_.empty()) return;
      const std::function<void()> handler = std::move(handlers_.front());
      handlers_.pop_front();
      lock.unlock();
      handler();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> handlers_;
  bool ended_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace peer
