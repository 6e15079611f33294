#pragma once

#include <memory>

namespace fairlead {

class CancelNode;
class CancelList;

/// Lets a program give up calls that it has made:
///
///   Cancellation cancellation;
///   scope.spawn(ask(client, CallOptions().set_cancellation(&cancellation)));
///   cancellation.cancel();
///
/// A call that is given up ends with CANCELLED, and the instance that serves it is told: its
/// handler's Context is cancelled(), and calls that the handler has made are given up as well.
/// Used on the loop of the calls; it lives until they have ended.
class Cancellation {
 public:
  Cancellation();
  ~Cancellation();
  Cancellation(const Cancellation&) = delete;
  Cancellation& operator=(const Cancellation&) = delete;

  /// Gives up the calls that have not ended, and those made with it from now on.
  void cancel();
  bool cancelled() const { return cancelled_; }

  /// What other parts of Fairlead see of it; not for programs.
  void add(CancelNode& node);

 private:
  bool cancelled_ = false;
  std::unique_ptr<CancelList> calls_;
};

}  // namespace fairlead
