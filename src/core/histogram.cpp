#include "core/histogram.hpp"

#include <algorithm>
#include <cmath>

namespace fairlead {

std::uint64_t Histogram::end_of(std::size_t bucket) {
  if (bucket < kPerPower) return bucket;
  const std::size_t shift = bucket / kPerPower - 1;
  const std::uint64_t start = kPerPower + bucket % kPerPower;
  return ((start + 1) << shift) - 1;
}

std::uint64_t Histogram::quantile(double quantile) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(quantile * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    seen += buckets_[bucket];
    if (seen >= wanted && seen > 0) return std::min(end_of(bucket), max_);
  }
  return max_;
}

std::vector<std::uint64_t> Histogram::counts_up_to(std::span<const std::uint64_t> bounds) const {
  std::vector<std::uint64_t> counts;
  counts.reserve(bounds.size());
  std::uint64_t seen = 0;
  std::size_t bucket = 0;
  for (const std::uint64_t bound : bounds) {
    for (; bucket < kBuckets && seen < count_ && end_of(bucket) <= bound; ++bucket) {
      seen += buckets_[bucket];
    }
    counts.push_back(seen);
  }
  return counts;
}

void Histogram::add(const Histogram& other) {
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket)
    buckets_[bucket] += other.buckets_[bucket];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

}  // namespace fairlead
