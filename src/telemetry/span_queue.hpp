#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "telemetry/span_data.hpp"

namespace fairlead::telemetry {

/// Spans that have ended, on their way from all threads to the one that exports them. Adding is a
/// few atomic operations and never waits. Bounded: what is too much is counted and dropped.
class SpanQueue {
 public:
  /// Holds up to `limit` spans. Each time that `batch` more have come, `wake` is called, on the
  /// thread that brought the last one.
  SpanQueue(std::size_t limit, std::size_t batch, std::function<void()> wake);
  ~SpanQueue();
  SpanQueue(const SpanQueue&) = delete;
  SpanQueue& operator=(const SpanQueue&) = delete;

  /// From any thread.
  void add(std::unique_ptr<SpanData> span);

  /// Takes all out, the first that came first. By one thread at a time.
  std::vector<std::unique_ptr<SpanData>> take();

  /// `wake` is not called any more once this has returned.
  void stop_waking();

  /// How many were dropped.
  std::uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  const std::size_t batch_;
  std::mutex wake_mutex_;  // taken once a batch
  std::function<void()> wake_;
  std::atomic<SpanData*> newest_ = nullptr;
  std::atomic<std::size_t> size_ = 0;
  std::atomic<std::uint64_t> lost_ = 0;
};

}  // namespace fairlead::telemetry
