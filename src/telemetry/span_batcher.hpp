#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fairlead/deadline.hpp"

#include "telemetry/export_counts.hpp"
#include "telemetry/span_data.hpp"

namespace fairlead::telemetry {

/// Bounds of an export: OpenTelemetry's batch span processor (`OTEL_BSP_…`) and its defaults.
struct BatchLimits {
  std::size_t queue = 2048;                         ///< Spans that may wait.
  std::size_t batch = 512;                          ///< Spans that are sent at once, at most.
  std::chrono::milliseconds delay{5000};            ///< How long a span waits for others, at most.
  std::chrono::milliseconds export_timeout{30000};  ///< How long a batch is tried.
};

/// What became of a batch that was sent.
class SendOutcome {
 public:
  enum class Kind { kAccepted, kRefused, kTryAgain };
  /// `wait`: how long the receiver asks to wait before the next try. `rejected`: how many spans of
  /// a batch that it accepted it would not have.
  explicit SendOutcome(Kind kind, std::chrono::milliseconds wait = {}, std::string reason = "",
                       std::uint64_t rejected = 0)
      : kind_(kind), wait_(wait), reason_(std::move(reason)), rejected_(rejected) {}

  Kind kind() const { return kind_; }
  std::chrono::milliseconds wait() const { return wait_; }
  const std::string& reason() const { return reason_; }  ///< For people, if not all is well.
  std::uint64_t rejected() const { return rejected_; }

 private:
  Kind kind_;
  std::chrono::milliseconds wait_;
  std::string reason_;
  std::uint64_t rejected_;
};

/// Decides when which spans are sent, and which are given up. Knows no clock and no network: it is
/// told the time and what became of a batch, and says what to do next.
class SpanBatcher {
 public:
  SpanBatcher(const BatchLimits& limits, Deadline::TimePoint now);

  struct Action {
    enum class Kind { kWait, kSend, kDone };
    Kind kind = Kind::kWait;
    Deadline::TimePoint until = {};  ///< kWait: look again then, or when spans have come.
  };

  /// Takes spans in. Those for which there is no room are dropped.
  void add(std::vector<std::unique_ptr<SpanData>> spans);

  /// What to do now. After kSend: send batch() and call on_sent().
  Action next(Deadline::TimePoint now);

  /// The spans to send.
  std::span<const std::unique_ptr<SpanData>> batch() const { return batch_; }
  void on_sent(const SendOutcome& outcome, Deadline::TimePoint now);

  /// From now on everything is sent without waiting for more, until all is gone or given up at
  /// `deadline`; then next() says kDone.
  void finish(Deadline::TimePoint deadline) { finish_ = deadline; }

  /// Gives up all that waits or is being sent.
  void give_up();

  std::size_t waiting() const { return waiting_.size() + batch_.size(); }
  const ExportCounts& counts() const { return counts_; }

 private:
  void end_batch();

  const BatchLimits limits_;
  std::deque<std::unique_ptr<SpanData>> waiting_;
  std::vector<std::unique_ptr<SpanData>> batch_;  // is being sent, or will be sent again
  Deadline::TimePoint due_;                       // all that waits is sent then
  std::optional<Deadline::TimePoint> retry_;
  Deadline::TimePoint give_up_ = {};  // the batch is not tried after that
  std::chrono::milliseconds backoff_{};
  std::optional<Deadline::TimePoint> finish_;
  ExportCounts counts_;
};

}  // namespace fairlead::telemetry
