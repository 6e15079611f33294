#include "layer/hedge/hedge.hpp"

#include <algorithm>

namespace fairlead::layer {

std::optional<Deadline::Duration> Hedge::begin(TimePoint now) {
  turn(now);
  window_.add(kCalls, now);
  return wait_;
}

bool Hedge::take(TimePoint now) {
  const auto calls = static_cast<double>(window_.sum(kCalls, now));
  const auto hedges = static_cast<double>(window_.sum(kHedges, now));
  if (hedges + 1 > policy_.max_ratio() * calls) return false;
  window_.add(kHedges, now);
  return true;
}

void Hedge::on_answer(Deadline::Duration taken, TimePoint now) {
  turn(now);
  recent_.record(static_cast<std::uint64_t>(std::max<std::int64_t>(taken.count(), 0)));
  if (++unreckoned_ >= kSamples) reckon();
}

void Hedge::turn(TimePoint now) {
  if (now < turn_at_) return;
  before_ = recent_;
  if (now - turn_at_ >= kWindow) before_.clear();
  recent_.clear();
  turn_at_ = now + kWindow;
  reckon();
}

void Hedge::reckon() {
  unreckoned_ = 0;
  Histogram all = before_;
  all.add(recent_);
  if (all.count() < kSamples) {
    wait_ = std::nullopt;
    return;
  }
  const auto nanoseconds = std::chrono::nanoseconds(all.quantile(policy_.percentile() / 100));
  wait_ = std::max<Deadline::Duration>(nanoseconds, kLeast);
}

}  // namespace fairlead::layer
