#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task_scope.hpp"

namespace fairlead::testing {

/// What became of the calls of a load.
struct Tally {
  std::uint64_t sent = 0;
  std::uint64_t answered = 0;
  std::uint64_t failed = 0;
  std::uint64_t wrong_answers = 0;
  /// Of those that failed: lost with their connection, perhaps executed.
  std::uint64_t perhaps_executed = 0;
  /// Calls that a service got more than once.
  std::uint64_t executed_twice = 0;
  /// Calls said not to have been executed that were.
  std::uint64_t executed_in_secret = 0;
  std::map<absl::StatusCode, std::uint64_t> codes;
};

std::string to_string(const Tally& tally);

/// Calls of an echo service, each counted. All on one loop.
class Load {
 public:
  explicit Load(Loop& loop) : loop_(loop), callers_(loop) {}

  /// Serves on `connection`.
  void serve(nats::Connection connection);
  /// Waits until a call on `connection` is answered: the servers of a cluster do not say when they
  /// have heard who listens at others. False if that takes 10 seconds.
  Task<bool> is_served(nats::Connection connection);
  /// Starts `count` callers on `connection`, each with one call after the other.
  void start(nats::Connection connection, int count,
             std::chrono::milliseconds timeout = std::chrono::seconds(10));
  /// Waits until `count` more calls have been answered. False if that takes 20 seconds.
  Task<bool> answers(std::uint64_t count);
  /// Lets the callers finish what they do.
  Task<void> stop();

  /// Expects that every call ended, rightly, and none by its timeout unless that is allowed.
  void expect_consistent(bool timeouts_allowed = false) const;

  const Tally& tally() const { return tally_; }

 private:
  Task<void> call(nats::Connection connection, std::chrono::milliseconds timeout);
  void count(std::uint64_t id, const absl::StatusOr<nats::Message>& reply);

  Loop& loop_;
  TaskScope callers_;
  bool stopping_ = false;
  Tally tally_;
  /// Whether a service got the call of a number.
  std::vector<bool> executed_;
};

}  // namespace fairlead::testing
