#pragma once

#include <cstddef>
#include <cstdint>

#include "fairlead/adaptive_limit.hpp"
#include "fairlead/deadline.hpp"

namespace fairlead::rpc {

/// Finds how many calls of a method may run at once: the gradient between how long they take now
/// and how long they took over the last while says whether more of them only wait for each other
/// (Netflix' concurrency-limits: Gradient2Limit behind WindowedLimit).
class GradientLimit {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit GradientLimit(const AdaptiveLimit& options);

  /// A call has ended that ran for `taken`, while `running` ran, itself included. True: limit() may
  /// have changed.
  bool on_end(Deadline::Duration taken, std::size_t running, TimePoint now);

  std::size_t limit() const { return static_cast<std::size_t>(limit_); }

 private:
  void update(double taken, std::size_t most_running);

  AdaptiveLimit options_;
  double limit_;
  double long_taken_ = 0;  // nanoseconds, an average over the last windows
  int windows_ = 0;        // that it is made of, up to all that count
  // The window under way.
  TimePoint window_end_ = {};
  std::uint64_t samples_ = 0;
  double sum_ = 0;
  std::size_t most_running_ = 0;
};

}  // namespace fairlead::rpc
