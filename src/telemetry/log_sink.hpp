#pragma once

#include <iosfwd>
#include <memory>

#include "fairlead/logger.hpp"

namespace fairlead {

/// How log lines look.
enum class LogFormat {
  kText,  ///< For people: `2026-11-21T12:00:00.123Z info  message key=value`.
  kJson,  ///< For machines: `{"time":…,"level":"info","message":"message","key":"value"}`.
};

/// A sink that writes to the standard error stream. Text is coloured if that is a terminal and the
/// environment variable NO_COLOR is not set. Whatever a message or a value contains, each event is
/// one line of valid UTF-8.
std::shared_ptr<LogSink> make_stderr_sink(LogFormat format);

/// The same to a stream, which must outlive the sink; never coloured.
std::shared_ptr<LogSink> make_stream_sink(LogFormat format, std::ostream& stream);

}  // namespace fairlead
