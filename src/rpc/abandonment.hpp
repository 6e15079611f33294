#pragma once

#include <string_view>

#include <absl/status/status.h>

namespace fairlead::rpc {

/// Lets someone give up a call: what waits on its behalf is attached here, be it the route, for a
/// reply, or a layer, for something else. Used on the loop of the call.
class Abandonment {
 public:
  /// What waits.
  class Waiting {
   public:
    /// May destroy this object, and the Abandonment with it.
    virtual void on_abandoned() = 0;

   protected:
    ~Waiting() = default;
  };

  Abandonment() = default;
  Abandonment(const Abandonment&) = delete;
  Abandonment& operator=(const Abandonment&) = delete;

  /// The call ends with CANCELLED: now if it waits, else when it would begin to.
  void abandon() {
    abandoned_ = true;
    if (waiting_) waiting_->on_abandoned();
  }
  bool abandoned() const { return abandoned_; }

  /// Null: nothing waits any more.
  void attach(Waiting* waiting) { waiting_ = waiting; }

 private:
  Waiting* waiting_ = nullptr;
  bool abandoned_ = false;
};

/// How a call to `subject` ends that was given up.
absl::Status given_up(std::string_view subject);

}  // namespace fairlead::rpc
