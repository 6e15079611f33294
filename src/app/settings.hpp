#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <absl/status/status.h>
#include <absl/status/statusor.h>

#include "fairlead/logger.hpp"
#include "fairlead/middleware.hpp"

#include "app/setting_values.hpp"
#include "nats/access.hpp"
#include "telemetry/log_levels.hpp"
#include "telemetry/log_sink.hpp"

namespace fairlead {

/// How a service runs: what its `run` command was told.
struct Settings {
  std::string nats;     ///< Server URLs; empty: see `context`.
  std::string context;  ///< A NATS context; if both are empty, what the `nats` command would use.
  nats::Access access;
  std::vector<std::string> only;
  int loops = 0;
  int workers = 0;
  std::optional<int> concurrency;
  bool adaptive_limit = false;
  bool leave_when_overloaded = false;
  std::optional<std::string> prefix;
  LogLevelChoice log_levels;
  LogFormat log_format = LogFormat::kText;
  std::optional<double> request_log;     ///< The share of calls; nothing: there is none.
  std::size_t request_log_payloads = 0;  ///< Bytes of each message in it; 0: none.
  std::vector<std::string> direct;       ///< Addresses; empty: no direct links are taken.
  std::optional<ListenAddress> metrics;  ///< Nothing: they are not shown.
  std::chrono::milliseconds stop_timeout{};
  /// By code and by the configuration file, by the name of what they are for.
  std::map<std::string, MiddlewareList> middlewares;
};

/// One thing that can be set: by flag, environment variable and configuration file alike.
struct Setting {
  std::string_view name;      ///< The flag without its dashes, and the key in the file.
  std::string_view variable;  ///< The environment variable.
  std::string_view value;     ///< What its value is called in the help; empty: a flag needs none.
  std::string_view standard;  ///< The default, as it would be written; empty: none.
  std::string_view help;      ///< One line for people.
  std::string_view expected;  ///< What a value must be, for errors: `a number from 1 to 256`.
  /// Reads `text` into its place; false if it is not what is expected.
  bool (*read)(const std::string& text, Settings& settings);
};

/// All settings, in the order of the help.
std::span<const Setting> all_settings();

/// The names of all settings: flags without dashes, keys of the file.
std::vector<std::string> setting_names();

/// The setting of this name; null if there is none.
const Setting* find_setting(std::string_view name);

/// A value that somebody gave to a setting.
struct GivenSetting {
  const Setting* setting;
  std::string value;
  std::string
      place;  ///< Where it stands, for errors: `--loops`, `FAIRLEAD_LOOPS`, `calc.yaml:3: loops`.
};

/// Merges what was given: a value of a later source takes the place of one from an earlier source
/// and of the default. Every value must be right, also one that is not used. `nats` and `context`
/// say the same thing in two ways, as do `creds` and `nkey`, so a source may give only one of them,
/// and the last one given holds. INVALID_ARGUMENT names the place and what was expected; it does
/// not repeat passwords.
absl::StatusOr<Settings> resolve_settings(const std::vector<std::vector<GivenSetting>>& sources);

}  // namespace fairlead
