#pragma once

#include <atomic>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fairlead {

/// How much a log line matters, least first.
enum class LogLevel { kDebug, kInfo, kWarning, kError, kOff };

/// One named value of a log line.
using LogField = std::pair<std::string_view, std::string>;

/// Where log lines go. Implementations are called from any thread.
class LogSink {
 public:
  virtual ~LogSink() = default;
  /// Writes one line. `context` are the fields of the logger, `fields` those of the line.
  virtual void write(LogLevel level, std::string_view message,
                     const std::vector<std::pair<std::string, std::string>>& context,
                     std::initializer_list<LogField> fields) = 0;
};

/// Writes log lines with fixed fields (component, service, instance) to a sink. Cheap to copy;
/// usable from any thread. Without a sink it drops everything. Lines that are written while a call
/// is served that belongs to a trace have its `trace_id` and `span_id` as fields.
class Logger {
 public:
  Logger() = default;
  Logger(std::shared_ptr<LogSink> sink, LogLevel level);
  /// A logger whose level may change while it is used.
  Logger(std::shared_ptr<LogSink> sink, std::shared_ptr<const std::atomic<LogLevel>> level);

  /// A logger with one more fixed field.
  Logger with(std::string_view key, std::string_view value) const;

  bool enabled(LogLevel level) const {
    return sink_ && level >= level_->load(std::memory_order_relaxed) && level != LogLevel::kOff;
  }
  void log(LogLevel level, std::string_view message,
           std::initializer_list<LogField> fields = {}) const;

  void debug(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kDebug, message, fields);
  }
  void info(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kInfo, message, fields);
  }
  void warning(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kWarning, message, fields);
  }
  void error(std::string_view message, std::initializer_list<LogField> fields = {}) const {
    log(LogLevel::kError, message, fields);
  }

 private:
  std::shared_ptr<LogSink> sink_;
  std::shared_ptr<const std::atomic<LogLevel>> level_;  // there if there is a sink
  std::shared_ptr<const std::vector<std::pair<std::string, std::string>>> context_;
};

}  // namespace fairlead
