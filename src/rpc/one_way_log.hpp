#pragma once

#include <cstdint>

#include <absl/status/status.h>

#include "fairlead/deadline.hpp"
#include "fairlead/logger.hpp"

namespace fairlead::rpc {

/// Logs one-way calls that failed, for nobody else learns of them: one line a second at most, with
/// how many it stands for. Told of time.
class OneWayLog {
 public:
  /// `message` outlives it.
  explicit OneWayLog(const char* message) : message_(message) {}

  void failed(const Logger& logger, const absl::Status& status, Deadline::TimePoint now);

 private:
  const char* message_;
  std::uint64_t untold_ = 0;
  Deadline::TimePoint next_;  // when a line may be written again
};

}  // namespace fairlead::rpc
