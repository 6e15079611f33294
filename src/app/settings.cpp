#include "app/settings.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <absl/strings/str_cat.h>

#include "app/setting_values.hpp"
#include "nats/url.hpp"
#include "route/direct/address.hpp"

namespace fairlead {
namespace {

// Stores what was read; false if it could not be read.
template <typename Value, typename Place>
bool store(std::optional<Value> value, Place& place) {
  if (!value) return false;
  place = *std::move(value);
  return true;
}

bool store_path(const std::string& text, std::string& place) {
  place = text;
  return !text.empty();
}

std::optional<bool> parse_switch(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
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
            "NATS servers, tried in random order; default: as the nats command",
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
    Setting{"creds", "FAIRLEAD_CREDS", "FILE", "",
            "credentials file (JWT and seed), as made by `nsc generate creds`",
            "the path of a credentials file",
            [](const std::string& text, Settings& settings) {
              settings.access.nkey.clear();
              return store_path(text, settings.access.creds);
            }},
    Setting{"nkey", "FAIRLEAD_NKEY", "FILE", "", "file with an NKey seed; instead of --creds",
            "the path of a file with an NKey seed",
            [](const std::string& text, Settings& settings) {
              settings.access.creds.clear();
              return store_path(text, settings.access.nkey);
            }},
    Setting{"tls-ca", "FAIRLEAD_TLS_CA", "FILE", "",
            "certificates that the servers' must descend from; default: the system's",
            "the path of a PEM file",
            [](const std::string& text, Settings& settings) {
              return store_path(text, settings.access.tls_ca);
            }},
    Setting{"tls-cert", "FAIRLEAD_TLS_CERT", "FILE", "",
            "own certificate, for servers that ask for one", "the path of a PEM file",
            [](const std::string& text, Settings& settings) {
              return store_path(text, settings.access.tls_cert);
            }},
    Setting{"tls-key", "FAIRLEAD_TLS_KEY", "FILE", "", "private key of --tls-cert",
            "the path of a PEM file",
            [](const std::string& text, Settings& settings) {
              return store_path(text, settings.access.tls_key);
            }},
    Setting{"tls-first", "FAIRLEAD_TLS_FIRST", "", "",
            "encrypt before the server says anything (handshake_first)", "true or false",
            [](const std::string& text, Settings& settings) {
              return store(parse_switch(text), settings.access.tls_first);
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
    Setting{"adaptive-limit", "FAIRLEAD_ADAPTIVE_LIMIT", "", "",
            "find out how many calls of a method may run at once; instead of --concurrency",
            "true or false",
            [](const std::string& text, Settings& settings) {
              return store(parse_switch(text), settings.adaptive_limit);
            }},
    Setting{"leave-when-overloaded", "FAIRLEAD_LEAVE_WHEN_OVERLOADED", "", "",
            "leave the queue group of a method while its queue is nearly full", "true or false",
            [](const std::string& text, Settings& settings) {
              return store(parse_switch(text), settings.leave_when_overloaded);
            }},
    Setting{"prefix", "FAIRLEAD_PREFIX", "P", "", "put before every subject, with a dot",
            "part of a subject such as staging or eu.staging",
            [](const std::string& text, Settings& settings) {
              settings.prefix = text;
              return is_subject_prefix(text);
            }},
    Setting{"log-level", "FAIRLEAD_LOG_LEVEL", "LEVEL,...", "info",
            "least level to log: debug, info, warning or error; also of a component: "
            "info,nats=debug (app, nats, rpc, handler)",
            "debug, info, warning or error, also of app, nats, rpc or handler as in "
            "info,nats=debug",
            [](const std::string& text, Settings& settings) {
              return store(parse_log_levels(text), settings.log_levels);
            }},
    Setting{"log-format", "FAIRLEAD_LOG_FORMAT", "FORMAT", "text",
            "text for people or json, an object a line", "text or json",
            [](const std::string& text, Settings& settings) {
              return store(parse_format(text), settings.log_format);
            }},
    Setting{"request-log", "FAIRLEAD_REQUEST_LOG", "SHARE", "",
            "log a line for each call that fails and for this share of the others, 0 to 1",
            "a number from 0 to 1",
            [](const std::string& text, Settings& settings) {
              settings.request_log = parse_share(text);
              return settings.request_log.has_value();
            }},
    Setting{"request-log-payloads", "FAIRLEAD_REQUEST_LOG_PAYLOADS", "BYTES", "",
            "in these lines write requests and responses too, so many bytes of each at most; they "
            "may hold secrets",
            "a number from 0 to 1000000",
            [](const std::string& text, Settings& settings) {
              const auto bytes = parse_count(text, 0, 1'000'000);
              if (bytes) settings.request_log_payloads = static_cast<std::size_t>(*bytes);
              return bytes.has_value();
            }},
    Setting{"metrics", "FAIRLEAD_METRICS", "ADDRESS", "",
            "serve /metrics, /healthz and /readyz over HTTP there, as 127.0.0.1:9464 or :9464",
            "an address such as 127.0.0.1:9464, or :9464 for all addresses of the machine",
            [](const std::string& text, Settings& settings) {
              settings.metrics = parse_listen_address(text);
              return settings.metrics.has_value();
            }},
    Setting{
        "direct", "FAIRLEAD_DIRECT", "ADDRESS,...", "",
        "take links straight from callers there: HOST:PORT, :PORT, unix:/PATH; port 0: any; with "
        "=ADDRESS behind it if they reach it at another one",
        "addresses such as 10.0.0.7:4000, :0, :4000=203.0.113.5:4000 or unix:/run/calc.sock with "
        "commas between them",
        [](const std::string& text, Settings& settings) {
          if (!store(parse_names(text), settings.direct)) return false;
          return std::all_of(settings.direct.begin(), settings.direct.end(), [](const auto& one) {
            return route::direct::parse_listen_address(one).ok();
          });
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

/// Two settings that say the same thing in two ways.
struct Rivals {
  std::string_view one;
  std::string_view other;
  const char* what;
};

constexpr Rivals kRivals[] = {{"nats", "context", "which servers to connect to"},
                              {"creds", "nkey", "who connects"}};

absl::Status check_rivals(const std::vector<GivenSetting>& source) {
  for (const Rivals& rivals : kRivals) {
    const GivenSetting* one = nullptr;
    const GivenSetting* other = nullptr;
    for (const GivenSetting& given : source) {
      if (given.setting->name == rivals.one) one = &given;
      if (given.setting->name == rivals.other) other = &given;
    }
    if (one == nullptr || other == nullptr) continue;
    return absl::InvalidArgumentError(absl::StrCat(one->place, " and ", other->place, " both say ",
                                                   rivals.what, "; give one of them"));
  }
  return absl::OkStatus();
}

// Each loop has links of its own, and so an address.
absl::Status check_direct(const Settings& settings) {
  for (const std::string& text : settings.direct) {
    auto address = route::direct::parse_listen_address(text);
    if (!address.ok()) return address.status();
    address = route::direct::for_loop(*std::move(address), settings.loops - 1);
    if (!address.ok()) return address.status();
  }
  return absl::OkStatus();
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
    if (auto status = check_rivals(source); !status.ok()) return status;
    for (const GivenSetting& given : source) {
      if (!given.setting->read(given.value, settings)) return wrong_value(given);
    }
  }
  if (settings.request_log_payloads > 0 && !settings.request_log) {
    return absl::InvalidArgumentError(
        "request-log-payloads adds to the lines of the request log, which is off; give request-log "
        "as well, such as 1 for all calls");
  }
  if (auto status = check_direct(settings); !status.ok()) return status;
  return settings;
}

}  // namespace fairlead
