#include "fairlead/logger.hpp"

#include "core/served_call.hpp"

namespace fairlead {

Logger::Logger(std::shared_ptr<LogSink> sink, LogLevel level)
    : Logger(std::move(sink), std::make_shared<const std::atomic<LogLevel>>(level)) {}

Logger::Logger(std::shared_ptr<LogSink> sink, std::shared_ptr<const std::atomic<LogLevel>> level)
    : sink_(std::move(sink)), level_(std::move(level)) {}

Logger Logger::with(std::string_view key, std::string_view value) const {
  Logger result = *this;
  // Nothing is kept for a logger that drops everything: contexts of calls are made all the time.
  if (!sink_) return result;
  auto context = context_
                     ? std::make_shared<std::vector<std::pair<std::string, std::string>>>(*context_)
                     : std::make_shared<std::vector<std::pair<std::string, std::string>>>();
  context->emplace_back(key, value);
  result.context_ = std::move(context);
  return result;
}

void Logger::log(LogLevel level, std::string_view message,
                 std::initializer_list<LogField> fields) const {
  if (!enabled(level)) return;
  const ServedCall* const call = ServedCall::current();
  if (call && call->trace().valid()) {
    auto context = context_ ? *context_ : std::vector<std::pair<std::string, std::string>>();
    context.emplace_back("trace_id", call->trace().trace_id_text());
    context.emplace_back("span_id", call->trace().span_id_text());
    return sink_->write(level, message, context, fields);
  }
  if (context_) {
    sink_->write(level, message, *context_, fields);
  } else {
    sink_->write(level, message, {}, fields);
  }
}

}  // namespace fairlead
