#include "cli/bench_schedule.hpp"

#include <algorithm>
#include <cmath>

namespace fairlead::cli {

BenchPace share_of(const BenchPace& pace, std::size_t index, std::size_t count) {
  BenchPace share = pace;
  share.rate = pace.rate / static_cast<double>(count);
  share.calls = pace.calls / count + (index < pace.calls % count ? 1 : 0);
  return share;
}

BenchSchedule::BenchSchedule(const BenchPace& pace, TimePoint start, std::chrono::nanoseconds delay)
    : interval_(pace.rate > 0 ? 1e9 / pace.rate : 0),
      first_(start + delay),
      measured_from_(start + pace.warm_up),
      end_(pace.duration ? measured_from_ + *pace.duration : TimePoint::max()),
      calls_(pace.calls) {}

BenchSchedule::TimePoint BenchSchedule::due_of(std::uint64_t number) const {
  const double after = static_cast<double>(number) * interval_;
  return first_ + std::chrono::nanoseconds(std::llround(after));
}

std::uint64_t BenchSchedule::due(TimePoint now) const {
  if (!open()) return 1;
  // Nothing is due at the end, or after it.
  const TimePoint last = std::min(now, end_ - std::chrono::nanoseconds(1));
  const auto passed = static_cast<double>((last - first_).count());
  if (passed < 0) return 0;
  const auto all = static_cast<std::uint64_t>(passed / interval_) + 1;
  return all > taken_ ? all - taken_ : 0;
}

std::optional<BenchSchedule::Call> BenchSchedule::take(TimePoint now) {
  if (over(now)) return std::nullopt;
  Call call;
  call.due = open() ? next() : now;
  if (call.due > now) return std::nullopt;
  call.number = taken_++;
  call.counts = call.due >= measured_from_;
  if (call.counts) ++counted_;
  return call;
}

}  // namespace fairlead::cli
