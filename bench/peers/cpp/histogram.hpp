#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace peer {

/// Times in nanoseconds; a quantile is right within half a percent.
class Histogram {
 public:
  void add(std::int64_t nanoseconds) {
    const auto value = static_cast<std::uint64_t>(std::max<std::int64_t>(nanoseconds, 0));
    ++counts_[bucket_of(value)];
    ++count_;
    max_ = std::max(max_, value);
  }
  void merge(const Histogram& other) {
    for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
  }
  std::uint64_t count() const { return count_; }
  double max() const { return static_cast<double>(max_); }
  double quantile(double of) const {
    auto rank = static_cast<std::uint64_t>(of * static_cast<double>(count_));
    for (std::size_t i = 0; i < kBuckets; ++i) {
      if (counts_[i] > rank) return std::min(middle_of(i), max());
      rank -= counts_[i];
    }
    return max();
  }

 private:
  static constexpr std::size_t kStepBits = 7;  // steps per power of two: each less than 1 % wide
  static constexpr std::size_t kSteps = 1 << kStepBits;
  static constexpr std::size_t kBuckets = 32 * kSteps;  // up to 2^39 ns, nine minutes

  static std::size_t bucket_of(std::uint64_t value) {
    const auto width = static_cast<std::size_t>(std::bit_width(value));
    const std::size_t power = width > kStepBits + 1 ? width - kStepBits - 1 : 0;
    return std::min(power * kSteps + static_cast<std::size_t>(value >> power), kBuckets - 1);
  }
  /// From 2 * kSteps on a bucket holds the values that share their first bits.
  static double middle_of(std::size_t bucket) {
    if (bucket < 2 * kSteps) return static_cast<double>(bucket);
    const std::size_t power = bucket / kSteps - 1;
    const std::uint64_t first = static_cast<std::uint64_t>(bucket - power * kSteps) << power;
    return static_cast<double>(first) + static_cast<double>((std::uint64_t{1} << power) - 1) / 2;
  }

  std::vector<std::uint32_t> counts_ = std::vector<std::uint32_t>(kBuckets);
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace peer
