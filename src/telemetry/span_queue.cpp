#include "telemetry/span_queue.hpp"

#include <algorithm>
#include <utility>

namespace fairlead::telemetry {

SpanQueue::SpanQueue(std::size_t limit, std::size_t batch, std::function<void()> wake)
    : limit_(limit), batch_(batch), wake_(std::move(wake)) {}

SpanQueue::~SpanQueue() {
  take();
}

void SpanQueue::add(std::unique_ptr<SpanData> span) {
  const std::size_t size = size_.fetch_add(1, std::memory_order_relaxed) + 1;
  if (size > limit_) {
    size_.fetch_sub(1, std::memory_order_relaxed);
    lost_.fetch_add(1, std::memory_order_relaxed);
    return;
  }
  SpanData* const added = span.release();
  added->next = newest_.load(std::memory_order_relaxed);
  while (!newest_.compare_exchange_weak(added->next, added, std::memory_order_release,
                                        std::memory_order_relaxed)) {
  }
  if (size % batch_ != 0) return;
  const std::lock_guard lock(wake_mutex_);
  if (wake_) wake_();
}

std::vector<std::unique_ptr<SpanData>> SpanQueue::take() {
  std::vector<std::unique_ptr<SpanData>> spans;
  SpanData* span = newest_.exchange(nullptr, std::memory_order_acquire);
  while (span != nullptr) {
    SpanData* const older = std::exchange(span->next, nullptr);
    spans.emplace_back(span);
    span = older;
  }
  std::reverse(spans.begin(), spans.end());
  size_.fetch_sub(spans.size(), std::memory_order_relaxed);
  return spans;
}

void SpanQueue::stop_waking() {
  const std::lock_guard lock(wake_mutex_);
  wake_ = nullptr;
}

}  // namespace fairlead::telemetry
