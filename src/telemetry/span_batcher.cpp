#include "telemetry/span_batcher.hpp"

#include <algorithm>
#include <utility>

namespace fairlead::telemetry {
namespace {

// Between tries of a batch: doubled each time (OTLP asks for exponential backoff, without figures).
constexpr std::chrono::milliseconds kFirstBackoff(1000);
constexpr std::chrono::milliseconds kMostBackoff(16000);

using Kind = SpanBatcher::Action::Kind;

}  // namespace

SpanBatcher::SpanBatcher(const BatchLimits& limits, Deadline::TimePoint now)
    : limits_(limits), due_(now + limits.delay), backoff_(kFirstBackoff) {}

void SpanBatcher::add(std::vector<std::unique_ptr<SpanData>> spans) {
  for (auto& span : spans) {
    if (waiting() >= limits_.queue) {
      ++counts_.overflowed;
    } else {
      waiting_.push_back(std::move(span));
    }
  }
}

SpanBatcher::Action SpanBatcher::next(Deadline::TimePoint now) {
  if (finish_ && now >= *finish_) give_up();
  if (finish_ && waiting() == 0) return {Kind::kDone, now};
  if (retry_) {
    const Deadline::TimePoint until = finish_ ? std::min(*retry_, *finish_) : *retry_;
    if (now < until) return {Kind::kWait, until};
    retry_.reset();
    return {Kind::kSend, now};
  }
  const bool due = now >= due_;
  if (due) due_ = now + limits_.delay;
  if (waiting_.empty() || (!due && !finish_ && waiting_.size() < limits_.batch)) {
    return {Kind::kWait, due_};
  }
  const std::size_t size = std::min(limits_.batch, waiting_.size());
  for (std::size_t i = 0; i < size; ++i) {
    batch_.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  // What is left of those that were due goes right after.
  if (due && !waiting_.empty()) due_ = now;
  give_up_ = now + limits_.export_timeout;
  return {Kind::kSend, now};
}

void SpanBatcher::on_sent(const SendOutcome& outcome, Deadline::TimePoint now) {
  if (outcome.kind() == SendOutcome::Kind::kAccepted) {
    const std::uint64_t rejected = std::min<std::uint64_t>(outcome.rejected(), batch_.size());
    counts_.exported += batch_.size() - rejected;
    counts_.refused += rejected;
    return end_batch();
  }
  if (outcome.kind() == SendOutcome::Kind::kRefused) {
    ++counts_.refusals;
    counts_.refused += batch_.size();
    return end_batch();
  }
  ++counts_.failures;
  const std::chrono::milliseconds wait = std::max(backoff_, outcome.wait());
  if (now + wait > give_up_) {
    counts_.undelivered += batch_.size();
    return end_batch();
  }
  retry_ = now + wait;
  backoff_ = std::min(backoff_ * 2, kMostBackoff);
}

void SpanBatcher::give_up() {
  counts_.undelivered += waiting();
  waiting_.clear();
  end_batch();
}

void SpanBatcher::end_batch() {
  batch_.clear();
  retry_.reset();
  backoff_ = kFirstBackoff;
}

}  // namespace fairlead::telemetry
