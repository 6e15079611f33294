#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"

#include "core/loop_core.hpp"
#include "rpc/method_stats.hpp"
#include "rpc/route_kind.hpp"

namespace fairlead::rpc {

/// Whether a circuit breaker lets calls through; the worse, the greater.
enum class BreakerState { kClosed, kHalfOpen, kOpen };

/// What the clients of one loop have done with a method.
struct ClientMethodStats {
  std::string service;  // `calc.Calc`
  std::string method;   // `Average`
  std::size_t in_flight = 0;
  std::uint64_t retries = 0;    // attempts behind the first
  std::uint64_t hedges = 0;     // second copies of calls whose answer took long
  std::uint64_t throttled = 0;  // calls or attempts that were not sent, for the service is too busy
  std::uint64_t broken = 0;     // likewise, for the breaker is open
  BreakerState breaker = BreakerState::kClosed;
  std::array<std::unique_ptr<MethodStats>, kRouteKinds> by_route;  // null: no call ended there

  void record(RouteKind route, const absl::Status& status, std::chrono::nanoseconds taken);
};

/// The statistics of all clients of a loop, which outlive them:
/// `loop.core().resource<ClientStats>()`.
class ClientStats final : public LoopResident {
 public:
  /// Above it methods are counted together, as `other`: clients made at run time may be of any.
  static constexpr std::size_t kMaxMethods = 2000;

  explicit ClientStats(LoopCore&) {}
  void shut_down() override {}

  /// The statistics of a method, the same for all clients that call it.
  std::shared_ptr<ClientMethodStats> of(const std::string& service, const std::string& method);

  using Methods = std::map<std::pair<std::string, std::string>, std::shared_ptr<ClientMethodStats>>;
  const Methods& methods() const { return methods_; }

 private:
  Methods methods_;
};

/// Measures one call of a client, from its making to its end.
class MeasuredCall {
 public:
  /// `stats` outlives it.
  MeasuredCall(ClientMethodStats& stats, Deadline::TimePoint started)
      : stats_(stats), started_(started) {
    ++stats_.in_flight;
  }
  ~MeasuredCall() { --stats_.in_flight; }
  MeasuredCall(const MeasuredCall&) = delete;
  MeasuredCall& operator=(const MeasuredCall&) = delete;

  // What happens to the call on its way: told by its route and its layers.
  void set_route(RouteKind route) { route_ = route; }
  /// When it ended, if that is known; else it ends with ended().
  void set_end(Deadline::TimePoint end) { end_ = end; }
  void end_now() { end_.reset(); }
  RouteKind route() const { return route_; }
  void count_retry() { ++stats_.retries; }
  void count_hedge() { ++stats_.hedges; }
  void count_throttled() { ++stats_.throttled; }
  void count_broken() { ++stats_.broken; }
  void set_breaker(BreakerState state) { stats_.breaker = state; }

  /// Counts the call with its outcome and gives that back.
  absl::Status ended(absl::Status status) {
    stats_.record(route_, status, (end_ ? *end_ : Deadline::Clock::now()) - started_);
    return status;
  }

 private:
  ClientMethodStats& stats_;
  const Deadline::TimePoint started_;
  std::optional<Deadline::TimePoint> end_;
  RouteKind route_ = RouteKind::kNats;
};

}  // namespace fairlead::rpc
