#pragma once

#include <string_view>

namespace fairlead {

/// The exit codes of a service's command.
enum ExitCode : int {
  kExitGood = 0,      ///< Stopped in good order.
  kExitFailed = 1,    ///< Could not start, or lost its connection for good.
  kExitUsage = 2,     ///< Wrong flags, environment or configuration.
  kExitCutShort = 3,  ///< Work was given up: the stop took too long or was told to end at once.
};

/// The life of a running service from start to exit, without any I/O: events go in, what to do
/// comes out. `Runner` does it.
///
///   starting ──all started──▶ serving ──signal, failure──▶ stopping ──all ended──▶ ended
///
/// A signal or a failure while starting stops what has started so far.
class Shutdown {
 public:
  enum class Action {
    kNone,
    kAnnounce,   ///< All loops serve: say so.
    kStopLoops,  ///< Tell every loop to stop, and start the clock of the stop.
    kFinish,     ///< All loops have ended and nothing runs: return exit_code().
    kEndNow,     ///< End the process at once with exit_code(), whatever still runs.
  };

  explicit Shutdown(int loops) : running_(loops), not_started_(loops) {}

  /// A loop serves.
  Action on_started();
  /// The operator wants an end.
  Action on_signal();
  /// A loop has ended: stopped as it was told, or failed on its own, or gave up work.
  Action on_ended(bool failed, bool gave_up);
  /// The stop has taken longer than it may.
  Action on_timeout();

  int exit_code() const { return exit_code_; }

 private:
  Action stop();
  Action end_now();

  int running_;
  int not_started_;
  bool stopping_ = false;
  bool gave_up_ = false;
  bool ended_ = false;
  int exit_code_ = kExitGood;
};

/// For logs and tests.
std::string_view name_of(Shutdown::Action action);

}  // namespace fairlead
