#pragma once

namespace fairlead::rpc {

/// Lets someone give up a call that waits for its reply: the route of the call attaches what waits.
/// Nothing is told to the far side. Used on the loop of the call.
class Abandonment {
 public:
  /// What waits for a reply.
  class Waiting {
   public:
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

}  // namespace fairlead::rpc
