#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "fairlead/client.hpp"
#include "fairlead/task_scope.hpp"

#include "storm.fairlead.hpp"
#include "tests/storm/shared.hpp"
#include "tests/storm/tally.hpp"

namespace fairlead::testing {

/// The clients of the storm: each has a connection of its own and makes calls and streams one after
/// the other until it is told to stop. On one loop.
class Callers {
 public:
  Callers(Loop& loop, const Shared& shared) : loop_(loop), shared_(shared), tasks_(loop) {}

  /// One more client, with the default layers, and hedging if `hedges`.
  void start(const nats::Connection& connection, bool hedges);

  void set_phase(Phase phase) { phase_ = phase; }
  /// No more calls are begun; returns when all have ended.
  Task<void> stop();

  const Tally& asks() const { return asks_; }
  const Tally& onces() const { return onces_; }
  const Tally& streams() const { return streams_; }

  /// Calls of Once that ran more than once; and those that ran although it was said that they had
  /// not, or that did not though they were answered.
  std::uint64_t executed_twice() const;
  std::uint64_t executed_in_secret() const { return in_secret_; }
  std::uint64_t answered_without_execution() const { return unexecuted_; }

 private:
  struct Caller;

  Task<void> ask(std::shared_ptr<Caller> caller);
  Task<void> once(std::shared_ptr<Caller> caller);
  Task<void> stream(std::shared_ptr<Caller> caller);
  Task<absl::Status> count(const Caller& caller);
  Task<absl::Status> take(const Caller& caller);
  Task<absl::Status> echo(const Caller& caller);

  Loop& loop_;
  const Shared& shared_;
  TaskScope tasks_;
  Phase phase_ = Phase::kStorm;
  bool stopping_ = false;
  std::uint64_t next_id_ = 0;
  std::uint64_t in_secret_ = 0;
  std::uint64_t unexecuted_ = 0;
  Tally asks_;
  Tally onces_;
  Tally streams_;
};

}  // namespace fairlead::testing
