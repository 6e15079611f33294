#include "telemetry/log_levels.hpp"

#include <utility>

#include "core/strings.hpp"

namespace fairlead {
namespace {

std::optional<LogLevel> parse_level(std::string_view text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return std::nullopt;
}

std::optional<LogComponent> parse_component(std::string_view text) {
  if (text == "app") return LogComponent::kApp;
  if (text == "nats") return LogComponent::kNats;
  if (text == "rpc") return LogComponent::kRpc;
  if (text == "handler") return LogComponent::kHandler;
  return std::nullopt;
}

}  // namespace

std::optional<LogLevelChoice> parse_log_levels(std::string_view text) {
  LogLevelChoice choice;
  bool general = false;
  for (const std::string_view part : split(text, ',')) {
    const std::string_view piece = trim(part);
    const std::size_t equals = piece.find('=');
    if (equals == std::string_view::npos) {
      const auto level = parse_level(piece);
      if (!level || std::exchange(general, true)) return std::nullopt;
      choice.all = *level;
      continue;
    }
    const auto component = parse_component(piece.substr(0, equals));
    const auto level = parse_level(piece.substr(equals + 1));
    if (!component || !level || !choice.own.emplace(*component, *level).second) {
      return std::nullopt;
    }
  }
  return choice;
}

LogLevels::LogLevels(const LogLevelChoice& choice) {
  for (auto& level : levels_) level = std::make_shared<std::atomic<LogLevel>>(choice.all);
  set(choice);
}

void LogLevels::set(const LogLevelChoice& choice) {
  for (std::size_t i = 0; i < kComponents; ++i) {
    const auto own = choice.own.find(static_cast<LogComponent>(i));
    levels_[i]->store(own == choice.own.end() ? choice.all : own->second,
                      std::memory_order_relaxed);
  }
}

Logger LogLevels::logger(std::shared_ptr<LogSink> sink, LogComponent component) const {
  return Logger(std::move(sink), levels_[static_cast<std::size_t>(component)]);
}

}  // namespace fairlead
