#pragma once

#include <array>
#include <atomic>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "fairlead/logger.hpp"

namespace fairlead {

/// The parts of a service whose lines have levels of their own.
enum class LogComponent {
  kApp,      ///< Start, stop, settings, metrics, export of traces.
  kNats,     ///< The connection.
  kRpc,      ///< Calls: what became of them, and the request log.
  kHandler,  ///< What handlers log themselves.
};

/// From which level on lines are written, for each component.
struct LogLevelChoice {
  LogLevel all = LogLevel::kInfo;
  std::map<LogComponent, LogLevel> own;  ///< Of components that differ.

  friend bool operator==(const LogLevelChoice&, const LogLevelChoice&) = default;
};

/// Reads `info`, `nats=debug` or `warning,nats=debug,rpc=info`; nothing if it is not that.
std::optional<LogLevelChoice> parse_log_levels(std::string_view text);

/// The levels of a process, which may change while loggers use them. From any thread.
class LogLevels {
 public:
  explicit LogLevels(const LogLevelChoice& choice);

  void set(const LogLevelChoice& choice);

  /// A logger of this component.
  Logger logger(std::shared_ptr<LogSink> sink, LogComponent component) const;

 private:
  static constexpr std::size_t kComponents = 4;
  std::array<std::shared_ptr<std::atomic<LogLevel>>, kComponents> levels_;
};

}  // namespace fairlead
