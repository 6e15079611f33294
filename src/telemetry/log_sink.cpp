#include "telemetry/log_sink.hpp"

#include <chrono>
#include <cstdlib>
#include <ostream>

#include <nlohmann/json.hpp>
#include <spdlog/logger.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>

#include "telemetry/log_text.hpp"

namespace fairlead {
namespace {

using Context = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kTime = "%Y-%m-%dT%H:%M:%S.%e";

const char* name_of(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return "debug";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kWarning:
      return "warning";
    case LogLevel::kError:
      return "error";
    case LogLevel::kOff:
      break;
  }
  return "off";
}

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

std::string json_text(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Writes what stands between the time and the end of the line.
std::string text_body(std::string_view message, const Context& context,
                      std::initializer_list<LogField> fields) {
  std::string body;
  append_printable(body, message);
  const auto append = [&](std::string_view key, std::string_view value) {
    body += ' ';
    append_printable(body, key);
    body += '=';
    append_value(body, value);
  };
  for (const auto& [key, value] : context) append(key, value);
  for (const auto& [key, value] : fields) append(key, value);
  return body;
}

std::string json_body(LogLevel level, std::string_view message, const Context& context,
                      std::initializer_list<LogField> fields) {
  std::string body = ",\"level\":\"";
  body += name_of(level);
  body += "\",\"message\":" + json_text(message);
  std::vector<std::string> keys = {"time", "level", "message"};
  const auto append = [&](std::string_view key, std::string_view value) {
    // An object with the same key twice means different things to different readers.
    std::string own(key);
    while (std::find(keys.begin(), keys.end(), own) != keys.end()) own += '_';
    body += ',' + json_text(own) + ':' + json_text(value);
    keys.push_back(std::move(own));
  };
  for (const auto& [key, value] : context) append(key, value);
  for (const auto& [key, value] : fields) append(key, value);
  return body + '}';
}

class SpdlogSink final : public LogSink {
 public:
  SpdlogSink(LogFormat format, spdlog::sink_ptr sink)
      : format_(format), logger_("fairlead", std::move(sink)) {
    // %v comes last, and what it stands for has been made safe.
    const std::string pattern = format == LogFormat::kText
                                    ? std::string(kTime) + "Z %^%-5l%$ %v"
                                    : "{\"time\":\"" + std::string(kTime) + "Z\"%v";
    logger_.set_formatter(
        std::make_unique<spdlog::pattern_formatter>(pattern, spdlog::pattern_time_type::utc, "\n"));
    logger_.set_level(spdlog::level::trace);
  }

  void write(LogLevel level, std::string_view message, const Context& context,
             std::initializer_list<LogField> fields) override {
    const std::string body = format_ == LogFormat::kText
                                 ? text_body(message, context, fields)
                                 : json_body(level, message, context, fields);
    logger_.log(spdlog_level(level), body);
  }

 private:
  const LogFormat format_;
  spdlog::logger logger_;
};

spdlog::sink_ptr make_stderr_output(LogFormat format) {
  const char* no_color = std::getenv("NO_COLOR");
  if (format == LogFormat::kJson || (no_color != nullptr && *no_color != '\0')) {
    return std::make_shared<spdlog::sinks::stderr_sink_mt>();
  }
  // Colours only if the stream is a terminal that has them.
  return std::make_shared<spdlog::sinks::ansicolor_stderr_sink_mt>(spdlog::color_mode::automatic);
}

}  // namespace

std::shared_ptr<LogSink> make_stderr_sink(LogFormat format) {
  return std::make_shared<SpdlogSink>(format, make_stderr_output(format));
}

std::shared_ptr<LogSink> make_stream_sink(LogFormat format, std::ostream& stream) {
  return std::make_shared<SpdlogSink>(
      format, std::make_shared<spdlog::sinks::ostream_sink_mt>(stream, true));
}

}  // namespace fairlead
