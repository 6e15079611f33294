#pragma once

#include <list>

#include "fairlead/deadline.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

class LoopCore;
class Waiter;

/// Many coroutines wait, another part of the same loop wakes them all.
///
/// A wake with nobody waiting is not remembered: look at the condition before waiting, and after.
class WaiterList {
 public:
  WaiterList() = default;
  WaiterList(const WaiterList&) = delete;
  WaiterList& operator=(const WaiterList&) = delete;

  /// Suspends the coroutine until wake_all() or `deadline`; false if the deadline came first. The
  /// list outlives those who wait.
  Task<bool> wait(LoopCore& core, Deadline deadline = Deadline::never());

  /// Waits on `waiter`, which others may wake before.
  Task<void> wait(Waiter& waiter);

  /// Resumes all that wait now, one after another, before it returns.
  void wake_all();
  /// The same for the one that has waited longest; false if none waits.
  bool wake_one();

  bool empty() const { return entries_.empty(); }

 private:
  class Entry;

  std::list<Entry*> entries_;
};

}  // namespace fairlead
