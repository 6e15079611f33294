#include <charconv>
#include <optional>
#include <vector>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "fairlead/middleware/settings.hpp"

#include "app/setting_values.hpp"
#include "app/yaml_text.hpp"
#include "core/nearest.hpp"

namespace fairlead {
namespace {

std::optional<double> parse_number(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

}  // namespace

const MiddlewareSettings::Value* MiddlewareSettings::find(const std::string& name) {
  known_.insert(name);
  const auto found = values_.find(name);
  return found == values_.end() ? nullptr : &found->second;
}

void MiddlewareSettings::reject(const std::string& name, const std::string& expected) {
  const auto found = values_.find(name);
  const bool given = found != values_.end();
  first_.Update(wrong_at(given ? found->second.place : absl::StrCat(place_, ": ", name), expected));
}

std::string MiddlewareSettings::text(const std::string& name, const std::string& standard) {
  const Value* const value = find(name);
  return value ? value->text : standard;
}

double MiddlewareSettings::number(const std::string& name, double standard, double least,
                                  double most) {
  const Value* const value = find(name);
  if (!value) return standard;
  const auto number = parse_number(value->text);
  // Written so that NaN is wrong, too.
  if (number && *number >= least && *number <= most) return *number;
  reject(name, absl::StrCat("a number from ", least, " to ", most, " is expected"));
  return standard;
}

std::chrono::milliseconds MiddlewareSettings::duration(const std::string& name,
                                                       std::chrono::milliseconds standard) {
  const Value* const value = find(name);
  if (!value) return standard;
  if (const auto time = parse_duration(value->text)) return *time;
  reject(name, "a time such as 500ms or 2s is expected");
  return standard;
}

bool MiddlewareSettings::flag(const std::string& name, bool standard) {
  const Value* const value = find(name);
  if (!value) return standard;
  if (value->text == "true" || value->text == "false") return value->text == "true";
  reject(name, "true or false is expected");
  return standard;
}

absl::Status MiddlewareSettings::status() const {
  if (!first_.ok()) return first_;
  for (const auto& [name, value] : values_) {
    if (known_.contains(name)) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    const auto near = nearest(name, known);
    std::string advice = "it has none";
    if (near) {
      advice = absl::StrCat("do you mean \"", *near, "\"?");
    } else if (!known.empty()) {
      advice = absl::StrCat("known are ", absl::StrJoin(known, ", "));
    }
    return wrong_at(value.place, absl::StrCat("the middleware has no such setting; ", advice));
  }
  return absl::OkStatus();
}

}  // namespace fairlead
