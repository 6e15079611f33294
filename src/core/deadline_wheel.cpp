#include "core/deadline_wheel.hpp"

namespace fairlead {

void DeadlineNode::unlink() {
  if (!armed()) return;
  next_->previous_ = previous_;
  previous_->next_ = next_;
  next_ = previous_ = nullptr;
}

DeadlineWheel::Bucket::Bucket() {
  next_ = previous_ = this;
}

DeadlineWheel::Bucket::~Bucket() {
  while (!empty()) next_->unlink();
}

DeadlineWheel::DeadlineWheel(TimePoint start) : start_(start) {}

DeadlineWheel::TimePoint DeadlineWheel::point_of(std::uint64_t tick) const {
  return start_ + std::chrono::milliseconds(tick);
}

void DeadlineWheel::arm(DeadlineNode& node, Deadline deadline) {
  node.unlink();
  if (deadline.is_never()) return;
  // Rounded up, so that a deadline never fires early.
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(deadline.point() - start_).count();
  const auto tick = wait < 0 ? 0 : static_cast<std::uint64_t>(wait);
  node.tick_ = std::max(tick, now_tick_ + 1);
  insert(node);
}

void DeadlineWheel::insert(DeadlineNode& node) {
  constexpr std::uint64_t kHorizon = std::uint64_t{1} << (kBits * kLevels);
  // Beyond the last level a node waits in its last bucket and is placed anew from there.
  const std::uint64_t tick = std::min(node.tick_, now_tick_ + kHorizon - (kHorizon >> kBits));
  int level = 0;
  while (level < kLevels - 1 && ((tick ^ now_tick_) >> (kBits * (level + 1))) != 0) ++level;
  const std::size_t index = (tick >> (kBits * level)) % kBuckets;
  Bucket& bucket = buckets_[level][index];
  node.next_ = &bucket;
  node.previous_ = bucket.previous_;
  bucket.previous_->next_ = &node;
  bucket.previous_ = &node;
  occupied_[level].set(index);
}

void DeadlineWheel::fire(Bucket& bucket) {
  while (!bucket.empty()) {
    DeadlineNode* node = bucket.next_;
    node->unlink();
    node->on_deadline();
  }
}

void DeadlineWheel::cascade() {
  // Entering a new bucket of a level spreads its nodes over the levels below.
  for (int level = 1; level < kLevels; ++level) {
    const std::uint64_t below = (std::uint64_t{1} << (kBits * level)) - 1;
    if ((now_tick_ & below) != 0) return;
    const std::size_t index = (now_tick_ >> (kBits * level)) % kBuckets;
    Bucket& bucket = buckets_[level][index];
    occupied_[level].reset(index);
    while (!bucket.empty()) {
      DeadlineNode* node = bucket.next_;
      node->unlink();
      insert(*node);
    }
  }
}

void DeadlineWheel::advance(TimePoint now) {
  const auto elapsed = std::chrono::floor<std::chrono::milliseconds>(now - start_).count();
  const auto target = elapsed < 0 ? 0 : static_cast<std::uint64_t>(elapsed);
  while (now_tick_ < target) {
    const auto next = next_tick();
    if (!next || *next > target) {
      now_tick_ = target;
      return;
    }
    now_tick_ = *next;
    cascade();
    const std::size_t index = now_tick_ % kBuckets;
    occupied_[0].reset(index);
    fire(buckets_[0][index]);
  }
}

std::optional<std::uint64_t> DeadlineWheel::next_tick() {
  for (int level = 0; level < kLevels; ++level) {
    const int shift = kBits * level;
    const std::uint64_t current = now_tick_ >> shift;
    // A level holds what lies in the present turn of the level above it; the last one wraps.
    const std::size_t first = current % kBuckets;
    const std::size_t count = level == kLevels - 1 ? kBuckets - 1 : kBuckets - 1 - first;
    for (std::size_t step = 1; step <= count; ++step) {
      const std::size_t index = (first + step) % kBuckets;
      if (!occupied_[level].test(index)) continue;
      if (buckets_[level][index].empty()) {
        occupied_[level].reset(index);
        continue;
      }
      return (current + step) << shift;
    }
  }
  return std::nullopt;
}

std::optional<DeadlineWheel::TimePoint> DeadlineWheel::next_wake() {
  const auto tick = next_tick();
  if (!tick) return std::nullopt;
  return point_of(*tick);
}

}  // namespace fairlead
