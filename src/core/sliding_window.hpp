#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "fairlead/deadline.hpp"

namespace fairlead {

/// Counts of `kCounts` kinds over the last `length` of time. It moves in ten steps: what is older
/// falls out a tenth at a time. Told of time; used by one thread.
template <std::size_t kCounts>
class SlidingWindow {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit SlidingWindow(Deadline::Duration length) : step_(length / kSteps) {}

  void add(std::size_t kind, TimePoint now) {
    move(now);
    ++steps_[current_][kind];
    ++sum_[kind];
  }

  std::uint64_t sum(std::size_t kind, TimePoint now) {
    move(now);
    return sum_[kind];
  }

  void clear() {
    steps_ = {};
    sum_ = {};
  }

 private:
  static constexpr std::size_t kSteps = 10;
  using Counts = std::array<std::uint64_t, kCounts>;

  void move(TimePoint now) {
    if (now < end_) return;
    if (now - end_ >= step_ * kSteps) {
      clear();
      end_ = now + step_;
      return;
    }
    for (; now >= end_; end_ += step_) {
      current_ = (current_ + 1) % kSteps;
      for (std::size_t kind = 0; kind < kCounts; ++kind) sum_[kind] -= steps_[current_][kind];
      steps_[current_] = {};
    }
  }

  Deadline::Duration step_;
  TimePoint end_ = {};  // of the current step
  std::size_t current_ = 0;
  std::array<Counts, kSteps> steps_ = {};
  Counts sum_ = {};
};

}  // namespace fairlead
