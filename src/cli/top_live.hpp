#pragma once

#include <chrono>
#include <string>

#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>

#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

#include "cli/terminal.hpp"
#include "cli/top_controls.hpp"
#include "cli/top_model.hpp"
#include "core/waiter.hpp"
#include "discovery/finder.hpp"

namespace fairlead::cli {

/// `fairlead top` on a terminal: asks, draws and listens to keys and signals until the user has
/// seen enough.
class TopLive {
 public:
  /// Watches the services called `name`, all if it is empty.
  TopLive(nats::Connection connection, const discovery::FinderOptions& options, std::string name,
          std::chrono::nanoseconds interval, TopControls controls);

  /// Returns the exit code. The connection is closed afterwards.
  Task<int> run();

 private:
  Task<void> poll();
  Task<void> pause(Deadline until);
  Task<void> read_keys();
  Task<void> handle_signals();
  void stop_for_the_shell();
  void draw();
  void end();

  nats::Connection connection_;
  const discovery::Finder finder_;
  const std::string name_;
  const std::chrono::nanoseconds interval_;
  std::string asked_;  // what name_ is called in discovery; empty until that is known
  TopModel model_;
  TopControls controls_;
  std::string trouble_;
  bool polled_ = false;
  bool ended_ = false;
  Waiter wake_;
  boost::asio::posix::stream_descriptor keys_;
  boost::asio::signal_set signals_;
  Terminal terminal_;
};

}  // namespace fairlead::cli
