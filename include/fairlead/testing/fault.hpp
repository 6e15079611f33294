#pragma once

#include <chrono>
#include <memory>

namespace fairlead::testing {

/// Something that goes wrong with calls: made by Faults, which keeps it until clear(). A handle,
/// cheap to copy; used from any thread. What is set holds for calls that are made from then on.
class Fault {
 public:
  class State;
  /// For Faults, which makes it; not for tests.
  explicit Fault(std::shared_ptr<State> state) : state_(std::move(state)) {}

  /// Befalls the next `calls` calls that it is for, and then no more. Default: all.
  Fault& times(int calls);
  /// Befalls a call with this probability, from 0 to 1. Default 1. Drawn from the seed of Faults.
  Fault& with_probability(double probability);

  /// Befalls the reply: the handler has run when it does. Default: the request, which reaches no
  /// handler if it is lost or fails.
  Fault& after_handler();
  /// Of a fault that fails calls: the caller can know that no handler has seen them, as of an
  /// instance that is not there (may_have_executed() is false). Default: it cannot know.
  Fault& refused();
  /// The same of an instance that is busy, and asks that the call be repeated after `pushback`.
  Fault& refused(std::chrono::milliseconds pushback);

  /// Turns it off, and on again. Default: on.
  Fault& set_active(bool active);

  /// How many calls it has befallen.
  int count() const;

 private:
  std::shared_ptr<State> state_;
};

}  // namespace fairlead::testing
