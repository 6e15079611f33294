#include "app/settings.hpp"

#include <array>
#include <utility>

#include <absl/strings/str_cat.h>

#include "app/setting_values.hpp"
#include "nats/url.hpp"

namespace fairlead {
namespace {

// Stores what was read; false if it could not be read.
template <typename Value, typename Place>
bool store(std::optional<Value> value, Place& place) {
  if (!value) return false;
  place = *std::move(value);
  return true;
}

std::optional<LogLevel> parse_level(const std::string& text) {
  if (text == "debug") return LogLevel::kDebug;
  if (text == "info") return LogLevel::kInfo;
  if (text == "warning") return LogLevel::kWarning;
  if (text == "error") return LogLevel::kError;
  return std::nullopt;
}

std::optional<LogFormat> parse_format(const std::string& text) {
  if (text == "text") return LogFormat::kText;
  if (text == "json") return LogFormat::kJson;
  return std::nullopt;
}

// The one list of settings: flags, variables, keys of the file, help and errors are made of it.
constexpr std::array kSettings = {
    Setting{"nats", "FAIRLEAD_NATS", "URL,...", "",
            "NATS servers, tried in order; default: as the nats command",
            "a NATS URL such as nats://localhost:4222, or several with commas between them",
            [](const std::string& text, Settings& settings) {
              settings.nats = text;
              settings.context.clear();
              return nats::parse_servers(text).ok();
            }},
    Setting{"context", "FAIRLEAD_CONTEXT", "NAME", "",
            "NATS context, as made by `nats context add`; instead of --nats",
            "the name of a NATS context",
            [](const std::string& text, Settings& settings) {
              settings.context = text;
              settings.nats.clear();
              return !text.empty();
            }},
    Setting{"only", "FAIRLEAD_ONLY", "NAME,...", "",
            "serve only these methods: Average or calc.Calc.Average",
            "names of methods with commas between them",
            [](const std::string& text, Settings& settings) {
              return store(parse_names(text), settings.only);
            }},
    Setting{"loops", "FAIRLEAD_LOOPS", "N", "1", "event loops, each with a connection and a thread",
            "a number from 1 to 256",
            [](const std::string& text, Settings& settings) {
              return store(parse_count(text, 1, 256), settings.loops);
            }},
    Setting{"workers", "FAIRLEAD_WORKERS", "N", "16", "threads for methods that may block",
            "a number from 1 to 4096",
            [](const std::string& text, Settings& settings) {
              return store(parse_count(text, 1, 4096), settings.workers);
            }},
    Setting{"concurrency", "FAIRLEAD_CONCURRENCY", "N", "",
            "calls of one method that run at once, where the .proto does not say; default 5, for "
            "coroutines 1024",
            "a number from 1 to 1000000",
            [](const std::string& text, Settings& settings) {
              return store(parse_count(text, 1, 1'000'000), settings.concurrency);
            }},
    Setting{"prefix", "FAIRLEAD_PREFIX", "P", "", "put before every subject, with a dot",
            "part of a subject such as staging or eu.staging",
            [](const std::string& text, Settings& settings) {
              settings.prefix = text;
              return is_subject_prefix(text);
            }},
    Setting{"log-level", "FAIRLEAD_LOG_LEVEL", "LEVEL", "info",
            "least level to log: debug, info, warning or error", "debug, info, warning or error",
            [](const std::string& text, Settings& settings) {
              return store(parse_level(text), settings.log_level);
            }},
    Setting{"log-format", "FAIRLEAD_LOG_FORMAT", "FORMAT", "text",
            "text for people or json, an object a line", "text or json",
            [](const std::string& text, Settings& settings) {
              return store(parse_format(text), settings.log_format);
            }},
    Setting{"stop-timeout", "FAIRLEAD_STOP_TIMEOUT", "TIME", "30s",
            "how long a stop waits for the calls that run", "a time such as 500ms, 30s or 2m",
            [](const std::string& text, Settings& settings) {
              return store(parse_duration(text), settings.stop_timeout);
            }},
};

absl::Status wrong_value(const GivenSetting& given) {
  // Only a URL can hold a secret, but a URL may stand in the place of anything.
  return absl::InvalidArgumentError(absl::StrCat(given.place, ": \"", nats::redact_url(given.value),
                                                 "\" is not ",
                                                 std::string(given.setting->expected)));
}

absl::Status check_one_server(const std::vector<GivenSetting>& source) {
  const GivenSetting* nats = nullptr;
  const GivenSetting* context = nullptr;
  for (const GivenSetting& given : source) {
    if (given.setting->name == "nats") nats = &given;
    if (given.setting->name == "context") context = &given;
  }
  if (nats == nullptr || context == nullptr) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(nats->place, " and ", context->place,
                   " both say which servers to connect to; give one of them"));
}

}  // namespace

std::span<const Setting> all_settings() {
  return kSettings;
}

std::vector<std::string> setting_names() {
  std::vector<std::string> names;
  names.reserve(std::size(kSettings));
  for (const Setting& setting : kSettings) names.emplace_back(setting.name);
  return names;
}

const Setting* find_setting(std::string_view name) {
  for (const Setting& setting : kSettings) {
    if (setting.name == name) return &setting;
  }
  return nullptr;
}

absl::StatusOr<Settings> resolve_settings(const std::vector<std::vector<GivenSetting>>& sources) {
  Settings settings;
  for (const Setting& setting : kSettings) {
    if (!setting.standard.empty()) setting.read(std::string(setting.standard), settings);
  }
  for (const auto& source : sources) {
    if (auto status = check_one_server(source); !status.ok()) return status;
    for (const GivenSetting& given : source) {
      if (!given.setting->read(given.value, settings)) return wrong_value(given);
    }
  }
  return settings;
}

}  // namespace fairlead
