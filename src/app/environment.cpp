#include "app/environment.hpp"

#include <string_view>

#include <unistd.h>

#include "core/nearest.hpp"
#include "route/chosen_route.hpp"

namespace fairlead {

Environment process_environment() {
  Environment environment;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    environment.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return environment;
}

std::vector<GivenSetting> settings_from(const Environment& environment) {
  std::vector<GivenSetting> given;
  for (const Setting& setting : all_settings()) {
    const auto variable = environment.find(std::string(setting.variable));
    if (variable == environment.end() || variable->second.empty()) continue;
    given.push_back({&setting, variable->second, variable->first});
  }
  return given;
}

std::vector<std::string> unknown_variables(const Environment& environment) {
  std::vector<std::string> known = {kConfigVariable, route::kRouteVariable};
  for (const Setting& setting : all_settings()) known.emplace_back(setting.variable);

  constexpr std::string_view kStart = "FAIRLEAD_";
  std::vector<std::string> warnings;
  for (auto entry = environment.lower_bound(std::string(kStart));
       entry != environment.end() && entry->first.starts_with(kStart); ++entry) {
    const std::string& name = entry->first;
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    std::string warning = "the environment variable " + name + " means nothing here";
    // What all have in common would make anything near.
    std::vector<std::string> ends;
    ends.reserve(known.size());
    for (const std::string& one : known) ends.push_back(one.substr(kStart.size()));
    if (const auto end = nearest(name.substr(kStart.size()), ends)) {
      warning += "; do you mean " + std::string(kStart) + *end + "?";
    }
    warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace fairlead
