#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace fairlead {

/// Counts values in log-linear buckets: 16 to each power of two, so that a quantile is off by at
/// most 1/16 of its value. Recording is a few instructions; used by one thread.
class Histogram {
 public:
  void record(std::uint64_t value) {
    ++buckets_[bucket_of(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }

  /// The smallest value that at least `quantile` (0 to 1) of all values do not exceed, rounded up
  /// to the end of its bucket; 0 if there are none.
  std::uint64_t quantile(double quantile) const;

  /// How many values do not exceed each of `bounds`, which ascend. A bound lies within a bucket,
  /// whose values count as greater: a value may be up to 1/16 below a bound and not be counted.
  std::vector<std::uint64_t> counts_up_to(std::span<const std::uint64_t> bounds) const;

  void add(const Histogram& other);
  void clear() { *this = Histogram(); }

 private:
  static constexpr int kBits = 4;
  static constexpr std::size_t kPerPower = 1 << kBits;
  static constexpr std::size_t kBuckets = (64 - kBits + 1) * kPerPower;

  static std::size_t bucket_of(std::uint64_t value) {
    if (value < kPerPower) return static_cast<std::size_t>(value);
    const int shift = std::bit_width(value) - kBits - 1;
    return (static_cast<std::size_t>(shift) + 1) * kPerPower +
           static_cast<std::size_t>((value >> shift) - kPerPower);
  }
  static std::uint64_t end_of(std::size_t bucket);

  std::array<std::uint64_t, kBuckets> buckets_ = {};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace fairlead
