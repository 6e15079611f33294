#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "fairlead/deadline.hpp"

namespace fairlead::cli {

/// How the calls of a benchmark follow each other.
struct BenchPace {
  double rate = 0;                                   // calls a second; 0: closed loop
  std::chrono::nanoseconds warm_up = {};             // calls that are due in it do not count
  std::optional<std::chrono::nanoseconds> duration;  // after that
  std::uint64_t calls = 0;                           // that count, at most; 0: no limit
};

/// The share of the one at `index` of `count`, who make the calls together.
BenchPace share_of(const BenchPace& pace, std::size_t index, std::size_t count);

/// When the calls of a benchmark are due: at fixed moments (open loop), whatever became of the
/// calls before, or always (closed loop), so that as many are made as there are callers. Told of
/// time; asks no clock.
class BenchSchedule {
 public:
  using TimePoint = Deadline::TimePoint;

  struct Call {
    std::uint64_t number = 0;  // from 0
    TimePoint due;             // from when on its time counts
    bool counts = false;       // not in the warm-up
  };

  /// The first call is due `delay` after `start`.
  BenchSchedule(const BenchPace& pace, TimePoint start, std::chrono::nanoseconds delay = {});

  /// A call that is due by `now`, the earliest first; nothing if none is, or it is over().
  std::optional<Call> take(TimePoint now);

  /// How many calls are due by `now` that were not taken; of a closed loop there is always one.
  std::uint64_t due(TimePoint now) const;

  /// When the next call is due, of an open loop.
  TimePoint next() const { return due_of(taken_); }

  /// No more calls are to be made.
  bool over(TimePoint now) const { return now >= end_ || (calls_ > 0 && counted_ >= calls_); }

  /// Ends it earlier.
  void stop(TimePoint now) { end_ = std::min(end_, now); }

  bool open() const { return interval_ > 0; }
  /// When calls begin to count, and when they end; far away if only their number is limited.
  TimePoint measured_from() const { return measured_from_; }
  TimePoint end() const { return end_; }
  /// All calls were made that there should be.
  bool complete() const { return calls_ > 0 && counted_ >= calls_; }

 private:
  TimePoint due_of(std::uint64_t number) const;

  double interval_;  // in nanoseconds; 0: closed loop
  TimePoint first_;
  TimePoint measured_from_;
  TimePoint end_;
  std::uint64_t calls_;
  std::uint64_t taken_ = 0;
  std::uint64_t counted_ = 0;
};

}  // namespace fairlead::cli
