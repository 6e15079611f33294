#pragma once

#include <functional>
#include <memory>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fairlead/logger.hpp"

#include "app/hosted_loop.hpp"
#include "app/loop_poll.hpp"
#include "app/observability_server.hpp"
#include "app/service_log.hpp"
#include "app/settings.hpp"
#include "app/shutdown.hpp"
#include "telemetry/span_exporter.hpp"
#include "telemetry/trace_settings.hpp"

namespace fairlead {

/// Runs services until a signal or a failure: the loops with their threads, the signals, and the
/// clock of the stop. Decisions are those of `Shutdown`.
///
/// The calling thread only waits for signals and for what the loops report, and shows the metrics,
/// so that a handler that blocks its loop can neither keep the process from ending nor from being
/// looked at.
class Runner {
 public:
  Runner(const Settings& settings, nats::ConnectOptions connect, std::vector<Service> services,
         const ServiceLog& log, telemetry::TraceSettings traces,
         std::function<absl::StatusOr<Settings>()> read_settings);

  /// Returns the exit code. Ends the process itself where work that was given up may still run.
  int run();

 private:
  void wait_for_signal();
  void read_log_levels();
  absl::Status show_metrics();
  void export_traces();
  void start_loops();
  void started(const LoopStart& start);
  void ended(std::size_t loop, const LoopEnd& end);
  void act(Shutdown::Action action);
  void announce();
  void finish();

  const Settings settings_;
  const nats::ConnectOptions connect_;
  const std::vector<Service> services_;
  const ServiceLog log_;
  const Logger logger_;  // of what happens here
  const telemetry::TraceSettings traces_;
  const std::function<absl::StatusOr<Settings>()> read_settings_;  // as they are now
  Shutdown shutdown_;
  bool failed_ = false;
  nats::ServerInfo server_info_;
  std::vector<std::string> instance_ids_;  // of each service, with commas between them
  boost::asio::io_context context_{1};
  boost::asio::signal_set signals_{context_};
  boost::asio::steady_timer stop_timer_{context_};
  LoopPoll poll_;
  std::unique_ptr<telemetry::SpanExporter> exporter_;   // only if there is where to export to
  std::unique_ptr<ObservabilityServer> observability_;  // only if there is a setting for it
  std::vector<std::unique_ptr<HostedLoop>> loops_;      // last: they report to the above
};

}  // namespace fairlead
