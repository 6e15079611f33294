#pragma once

#include <optional>

#include "fairlead/deadline.hpp"
#include "fairlead/hedge_policy.hpp"

#include "core/histogram.hpp"
#include "core/sliding_window.hpp"

namespace fairlead::layer {

/// Decides when a call that takes long is sent again: after the time within which most of the calls
/// of the last ten to twenty seconds were answered, and as long as not too many are.
class Hedge {
 public:
  using TimePoint = Deadline::TimePoint;

  explicit Hedge(const HedgePolicy& policy) : policy_(policy) {}

  /// A call begins. How long to wait for its answer before take() is asked; nothing while too few
  /// calls have been seen to say what is long.
  std::optional<Deadline::Duration> begin(TimePoint now);

  /// Whether a call that has waited so long may be sent again.
  bool take(TimePoint now);

  /// The first sending of a call was answered after `taken`, or given up then.
  void on_answer(Deadline::Duration taken, TimePoint now);

 private:
  enum Kind { kCalls, kHedges };
  // So many calls before their percentiles mean anything, and from one reckoning to the next.
  static constexpr std::uint64_t kSamples = 100;
  static constexpr std::chrono::seconds kWindow{10};
  // What the loop's clock can tell apart.
  static constexpr std::chrono::milliseconds kLeast{1};

  void turn(TimePoint now);
  void reckon();

  HedgePolicy policy_;
  SlidingWindow<2> window_{kWindow};
  Histogram recent_;
  Histogram before_;
  TimePoint turn_at_ = {};
  std::uint64_t unreckoned_ = 0;
  std::optional<Deadline::Duration> wait_;
};

}  // namespace fairlead::layer
