#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "fairlead/deadline.hpp"

namespace fairlead::route::direct {

/// What the driver of a pool has to do next.
enum class PoolAction {
  kAsk,       ///< Ask which instances take direct links.
  kConnect,   ///< Ask `instance` for a ticket and connect to it.
  kEject,     ///< Give no more calls to `instance`.
  kRestore,   ///< Give it calls again.
  kCloseAll,  ///< Close all links: nobody calls.
};

struct PoolStep {
  PoolAction action;
  std::string instance = "";
};

/// For transcripts: `connect A`.
std::string to_string(const PoolStep& step);

/// Which instances of a service a client has direct links to, without any I/O: told what happened,
/// and when, it answers what to do.
///
/// While calls are made it asks every few seconds who takes links, so that instances that come and
/// go are noticed. An instance that cannot be reached is tried again after a time that doubles; one
/// whose calls fail one after the other gets none for a while. Without calls it falls asleep.
class PoolState {
 public:
  using TimePoint = Deadline::TimePoint;
  using Steps = std::vector<PoolStep>;

  /// Time between two questions; while nobody takes links it doubles up to the longest.
  static constexpr std::chrono::seconds kAskEvery{5};
  static constexpr std::chrono::seconds kAskAtLongest{30};
  static constexpr std::chrono::seconds kAskAtShortest{1};
  /// Time before an instance that could not be reached, or was lost, is tried again; it doubles up
  /// to the longest.
  static constexpr std::chrono::seconds kRetryAfter{1};
  static constexpr std::chrono::seconds kRetryAtLongest{30};
  /// Without calls for so long all links are closed.
  static constexpr std::chrono::seconds kIdle{60};
  /// How long an instance gets no calls the first time; each time it grows by as much (Envoy).
  static constexpr std::chrono::seconds kEjection{10};
  static constexpr std::chrono::seconds kEjectionAtLongest{300};
  /// Links at once.
  static constexpr std::size_t kMostLinks = 64;

  /// Calls have been made since this was last told.
  Steps on_use(TimePoint now);
  /// A call waits for a link, and there is none: worth a question before its time, but not at every
  /// call.
  Steps on_wanted(TimePoint now);
  /// One has answered that it takes links.
  Steps on_answer(const std::string& instance, TimePoint now);
  /// Those that answered, once no more answers are awaited.
  Steps on_found(const std::vector<std::string>& instances, TimePoint now);
  /// The question could not be asked.
  Steps on_ask_failed(TimePoint now);
  Steps on_opened(const std::string& instance, TimePoint now);
  Steps on_connect_failed(const std::string& instance, TimePoint now);
  /// Its link has ended.
  Steps on_lost(const std::string& instance, TimePoint now);
  /// It has said that it is about to stop.
  Steps on_leaving(const std::string& instance);
  /// Its calls fail one after the other.
  Steps on_failing(const std::string& instance, TimePoint now);
  Steps on_tick(TimePoint now);

  bool asleep() const { return asleep_; }
  /// Nothing is under way that may open a link soon.
  bool settled() const;

 private:
  enum class Phase { kWaiting, kConnecting, kOpen, kLeaving };
  struct Instance {
    Phase phase = Phase::kConnecting;
    int failures = 0;  // to connect, one after the other
    TimePoint retry_at;
    int ejections = 0;
    bool ejected = false;
    TimePoint ejected_until;
    bool answered = true;  // the last question
  };

  Steps ask(TimePoint now);
  void wait(Instance& instance, TimePoint now);
  std::size_t links() const;

  std::map<std::string, Instance> instances_;
  bool asleep_ = true;
  bool asking_ = false;
  TimePoint used_;
  TimePoint asked_;
  TimePoint ask_at_;
  std::chrono::seconds ask_after_ = kAskEvery;
};

}  // namespace fairlead::route::direct
