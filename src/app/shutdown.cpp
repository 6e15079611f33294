#include "app/shutdown.hpp"

namespace fairlead {

Shutdown::Action Shutdown::on_started() {
  --not_started_;
  return not_started_ == 0 && !stopping_ ? Action::kAnnounce : Action::kNone;
}

Shutdown::Action Shutdown::on_signal() {
  if (ended_) return Action::kNone;
  return stopping_ ? end_now() : stop();
}

Shutdown::Action Shutdown::on_ended(bool failed, bool gave_up) {
  if (ended_) return Action::kNone;
  --running_;
  // A failure is the cause of a stop and so says more than what the stop gave up.
  if (failed) exit_code_ = kExitFailed;
  gave_up_ = gave_up_ || gave_up;
  if (running_ == 0) {
    if (gave_up_) return end_now();
    ended_ = true;
    return Action::kFinish;
  }
  return stopping_ ? Action::kNone : stop();
}

Shutdown::Action Shutdown::on_timeout() {
  if (ended_ || !stopping_) return Action::kNone;
  return end_now();
}

Shutdown::Action Shutdown::stop() {
  stopping_ = true;
  return Action::kStopLoops;
}

Shutdown::Action Shutdown::end_now() {
  ended_ = true;
  if (exit_code_ != kExitFailed) exit_code_ = kExitCutShort;
  return Action::kEndNow;
}

std::string_view name_of(Shutdown::Action action) {
  switch (action) {
    case Shutdown::Action::kNone:
      return "nothing";
    case Shutdown::Action::kAnnounce:
      return "announce";
    case Shutdown::Action::kStopLoops:
      return "stop loops";
    case Shutdown::Action::kFinish:
      return "finish";
    case Shutdown::Action::kEndNow:
      return "end now";
  }
  return "?";
}

}  // namespace fairlead
