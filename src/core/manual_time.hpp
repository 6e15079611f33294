#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>

#include "fairlead/deadline.hpp"

namespace fairlead {

/// Time that stands still until it may move, for tests. The loop that follows it moves it: whenever
/// it has nothing else to do, from one thing that is due to the next, until the goal is reached.
///
/// now() is for all threads, and so are those that say it; the rest is for the thread of the loop.
class ManualTime {
 public:
  using TimePoint = Deadline::TimePoint;

  /// Starts at `start`, of the steady clock.
  explicit ManualTime(TimePoint start) : now_(start.time_since_epoch().count()) {}
  ManualTime(const ManualTime&) = delete;
  ManualTime& operator=(const ManualTime&) = delete;

  /// From any thread.
  TimePoint now() const {
    return TimePoint(Deadline::Duration(now_.load(std::memory_order_relaxed)));
  }

  /// How work is brought to the loop that follows it, from any thread; null: none does.
  using Post = std::function<void(std::function<void()>)>;
  void set_loop(Post post);
  bool has_loop() const;

  /// Moves it by `duration`, and returns when all that was due has been done; at once if no loop
  /// follows it. From a thread of neither the loop nor its workers: on these it throws
  /// std::logic_error.
  void advance(Deadline::Duration duration);

  /// Time may move by `duration` from now on; `arrived` is called when it has, and all that was due
  /// has been done.
  void go(Deadline::Duration duration, std::function<void()> arrived);

  /// Time may move as far as it will while somebody waits for the loop; returns whether it might
  /// before. From any thread.
  bool set_automatic(bool automatic);
  /// Somebody outside of the loop begins, and ends, to wait for something of it.
  void begin_wait() { ++waiting_; }
  void end_wait() { --waiting_; }

  /// Whether time would move if nothing else were to be done.
  bool wants_to_move() const;

  /// Nothing else is to be done, and `due` is when something is, if anything. Moves time there if
  /// it may; true if there is something to do now.
  bool move(std::optional<TimePoint> due);

  // --- what was given to other threads and will come back to the loop, from any thread

  /// Tells works that were given up from those that were begun later.
  using Round = std::uint64_t;
  Round begin_work();
  void end_work(Round round);
  /// Whether anything works that was not given up.
  bool works() const;
  /// What works now has worked for so long that it may be waiting for time to move. It counts again
  /// when time may move anew: what it waited for may have come.
  void give_up_works();

 private:
  void set(TimePoint now) { now_.store(now.time_since_epoch().count(), std::memory_order_relaxed); }
  void count_all_works();
  bool is_free() const { return waiting_ > 0 && automatic_.load(std::memory_order_relaxed); }

  std::atomic<Deadline::Duration::rep> now_;
  std::atomic<bool> automatic_ = false;
  int waiting_ = 0;
  TimePoint goal_ = {};
  std::function<void()> arrived_;

  mutable std::mutex mutex_;  // of what follows
  Post post_;
  Round round_ = 0;    // how often works were given up
  Round counted_ = 0;  // works were given up only in rounds after this one
  int works_ = 0;
  int given_up_ = 0;  // of them
};

}  // namespace fairlead
