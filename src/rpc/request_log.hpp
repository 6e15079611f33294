#pragma once

#include <chrono>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/logger.hpp"

namespace fairlead::rpc {

/// One line for a call that is answered: of all that fail, and of a share of the others. Says
/// neither what was asked nor what was answered.
class RequestLog {
 public:
  /// `share`: from 0 to 1. The logger has service and method as fields.
  RequestLog(Logger logger, double share) : logger_(std::move(logger)), share_(share) {}

  /// `caller`: where the reply went; empty for one-way calls.
  void write(const absl::Status& status, std::chrono::nanoseconds taken, std::string_view caller);

 private:
  Logger logger_;
  double share_;
  double due_ = 0;  // grows by the share with each call; a line is due at 1
};

}  // namespace fairlead::rpc
