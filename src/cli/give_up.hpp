#pragma once

#include <chrono>
#include <optional>

#include <absl/status/status.h>
#include <boost/asio/signal_set.hpp>

#include "fairlead/cancellation.hpp"
#include "fairlead/client.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

#include "core/deadline_callback.hpp"

namespace fairlead::cli {

/// Gives a call up after a time, and when the user presses Ctrl-C; a second Ctrl-C ends the program
/// as usual. Lives as long as the call; must not move.
class GiveUp {
 public:
  /// Without `time` only by Ctrl-C.
  GiveUp(nats::Connection connection, std::optional<std::chrono::nanoseconds> time);
  GiveUp(const GiveUp&) = delete;
  GiveUp& operator=(const GiveUp&) = delete;

  /// `options` with what gives the call up.
  CallOptions with(const CallOptions& options);

  /// How the call ended, for people. If it was given up the instance has been told by then.
  Task<absl::Status> explain(absl::Status status);

  bool interrupted() const { return interrupted_; }

 private:
  nats::Connection connection_;
  std::optional<std::chrono::nanoseconds> time_;
  bool interrupted_ = false;
  Cancellation cancellation_;
  DeadlineCallback timer_;
  boost::asio::signal_set signals_;
};

}  // namespace fairlead::cli
