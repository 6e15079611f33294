#pragma once

#include <memory>
#include <utility>

#include "fairlead/logger.hpp"

#include "telemetry/log_levels.hpp"

namespace fairlead {

/// The log of a running service: its sink, and the levels of its components.
struct ServiceLog {
  std::shared_ptr<LogSink> sink;
  std::shared_ptr<LogLevels> levels;

  Logger of(LogComponent component) const { return levels->logger(sink, component); }
};

}  // namespace fairlead
