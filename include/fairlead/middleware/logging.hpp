#pragma once

#include <cstddef>
#include <memory>

#include "fairlead/logger.hpp"
#include "fairlead/middleware.hpp"

namespace fairlead {

/// What a logging middleware writes.
class LoggingOptions {
 public:
  LoggingOptions() {}

  /// At which level calls that end well are logged; those that fail are at least warnings. Default:
  /// info.
  LoggingOptions& set_level(LogLevel level) {
    level_ = level;
    return *this;
  }
  /// Logs requests and responses as JSON, at most so many bytes of each; of streams each message,
  /// at level debug. They may hold what nobody should read in a log. Default 0: none.
  LoggingOptions& set_payloads(std::size_t bytes) {
    payloads_ = bytes;
    return *this;
  }

  LogLevel level() const { return level_; }
  std::size_t payloads() const { return payloads_; }

 private:
  LogLevel level_ = LogLevel::kInfo;
  std::size_t payloads_ = 0;
};

/// Logs a line for each call and stream when it ends: method, status, how long it took, and in a
/// service who the caller is, if that is known. A service writes to the logger of its handlers, a
/// client to `logger`.
std::shared_ptr<Middleware> make_logging(LoggingOptions options = LoggingOptions(),
                                         Logger logger = Logger());

}  // namespace fairlead
