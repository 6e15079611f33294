#pragma once

#include <cstddef>
#include <memory>

#include "fairlead/loop.hpp"
#include "fairlead/task.hpp"

namespace fairlead {

/// Owns coroutines that run side by side on one loop, and waits for them.
///
///   TaskScope scope(loop);
///   for (int i = 0; i < 10; ++i) scope.spawn(worker(i));
///   co_await scope.join();
///
/// Used on the loop's thread. Join before destroying it: a scope that is destroyed while tasks
/// run ends the program, because those tasks may refer to what is destroyed next.
class TaskScope {
 public:
  explicit TaskScope(Loop& loop);
  ~TaskScope();
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;

  /// Starts `task` on the loop; it first runs before spawn() returns or in a later turn.
  void spawn(Task<void> task);

  /// Waits until every task has ended, those spawned meanwhile included. If tasks ended by an
  /// exception, the first of these is rethrown once. One waiter at a time.
  Task<void> join();

  /// How many tasks are running.
  std::size_t size() const;

 private:
  struct State;
  Loop& loop_;
  std::shared_ptr<State> state_;
};

}  // namespace fairlead
