#pragma once

#include <functional>
#include <memory>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fairlead/logger.hpp"
#include "fairlead/task.hpp"
#include "fairlead/tracer.hpp"

#include "telemetry/otlp_sender.hpp"
#include "telemetry/span_batcher.hpp"
#include "telemetry/span_queue.hpp"
#include "telemetry/trace_settings.hpp"

namespace fairlead::telemetry {

/// How long the end of a program waits for its last spans to be sent.
constexpr std::chrono::seconds kExportPatience(5);

/// Sends the spans of a tracer to a collector, from the thread of `context`. What it does when is
/// SpanBatcher's decision. Spans that cannot be sent are lost, counted and logged; no call waits
/// for them.
class SpanExporter {
 public:
  SpanExporter(boost::asio::io_context& context, TraceSettings settings, Logger logger);
  /// When `context` runs no more, or after finish().
  ~SpanExporter();
  SpanExporter(const SpanExporter&) = delete;
  SpanExporter& operator=(const SpanExporter&) = delete;

  const std::shared_ptr<Tracer>& tracer() const { return tracer_; }

  void start();

  /// Sends what there is, for `patience` at most, and then calls `done`. On the thread of the
  /// context.
  void finish(Deadline::Duration patience, std::function<void()> done);

  /// What has become of the spans so far. On the thread of the context.
  ExportCounts counts() const;

 private:
  Task<void> run();
  void wake();
  void end();
  void report(const SendOutcome& outcome);
  void report_lost();

  boost::asio::io_context& context_;
  const TraceSettings settings_;
  const Logger logger_;
  std::shared_ptr<SpanQueue> queue_;
  std::shared_ptr<Tracer> tracer_;
  SpanBatcher batcher_;
  OtlpSender sender_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer limit_;  // of finish()
  bool woken_ = false;
  bool failing_ = false;
  std::uint64_t reported_lost_ = 0;
  std::function<void()> done_;
};

}  // namespace fairlead::telemetry
