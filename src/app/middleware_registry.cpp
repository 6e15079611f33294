#include <utility>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "fairlead/middleware/logging.hpp"
#include "fairlead/middleware/rate_limit.hpp"
#include "fairlead/middleware/recovery.hpp"
#include "fairlead/middleware/registry.hpp"
#include "fairlead/middleware/validation.hpp"

#include "app/yaml_text.hpp"
#include "core/nearest.hpp"

namespace fairlead {
namespace {

using Made = absl::StatusOr<std::shared_ptr<Middleware>>;

Made logging(MiddlewareSettings& settings, const Logger& logger) {
  LoggingOptions options;
  options.set_payloads(static_cast<std::size_t>(settings.number("payloads", 0, 0, 1 << 20)));
  const std::string level = settings.text("level", "info");
  if (level == "debug") {
    options.set_level(LogLevel::kDebug);
  } else if (level != "info") {
    settings.reject("level", "debug or info is expected");
  }
  return make_logging(options, logger);
}

Made recovery(MiddlewareSettings&) {
  return make_recovery();
}

Made validation(MiddlewareSettings&) {
  return make_validation();
}

Made rate_limit(MiddlewareSettings& settings) {
  if (!settings.has("calls_per_second")) {
    settings.reject("calls_per_second", "a number such as 100 is expected");
  }
  RateLimitOptions options(settings.number("calls_per_second", 1, 0.001, 1e9));
  options.set_burst(settings.number("burst", options.burst(), 1, 1e9));
  const std::string key = settings.text("key");
  if (key == "caller") {
    options.set_by_caller(true);
  } else if (key.starts_with("metadata:") && key.size() > 9) {
    options.set_key(key.substr(9));
  } else if (!key.empty()) {
    settings.reject("key", "caller, or metadata:NAME, is expected");
  }
  return make_rate_limit(options);
}

}  // namespace

MiddlewareRegistry::MiddlewareRegistry(const Logger& logger) {
  add("logging", [logger](MiddlewareSettings& settings) { return logging(settings, logger); });
  add("recovery", recovery);
  add("validation", validation);
  add("rate-limit", rate_limit);
}

void MiddlewareRegistry::add(const std::string& name, MiddlewareFactory factory) {
  factories_[name] = std::move(factory);
}

std::vector<std::string> MiddlewareRegistry::names() const {
  std::vector<std::string> names;
  for (const auto& [name, factory] : factories_) names.push_back(name);
  return names;
}

Made MiddlewareRegistry::make(const std::string& name, const std::string& place,
                              MiddlewareSettings settings) const {
  const auto found = factories_.find(name);
  if (found == factories_.end()) {
    const auto near = nearest(name, names());
    return wrong_at(place,
                    absl::StrCat("there is no middleware \"", name, "\"; ",
                                 near ? absl::StrCat("do you mean \"", *near, "\"?")
                                      : absl::StrCat("there are ", absl::StrJoin(names(), ", "))));
  }
  auto made = found->second(settings);
  if (absl::Status status = settings.status(); !status.ok()) return status;
  if (made.ok() && *made) return made;
  const std::string why =
      made.ok() ? "its factory has made none" : absl::StrCat(made.status().message());
  return wrong_at(absl::StrCat(place, ": ", name), why);
}

}  // namespace fairlead
