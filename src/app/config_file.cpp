#include "app/config_file.hpp"

#include <map>
#include <utility>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "app/yaml_text.hpp"
#include "core/nearest.hpp"

namespace fairlead {
namespace {

absl::StatusOr<std::string> value_of(const YAML::Node& node, const std::string& place,
                                     const std::string& name) {
  if (node.IsScalar()) return node.Scalar();
  if (node.IsNull()) return wrong_at(place, absl::StrCat(name, " has no value"));
  std::vector<std::string> items;
  bool plain = node.IsSequence() && node.size() > 0;
  for (std::size_t i = 0; plain && i < node.size(); ++i) {
    plain = node[i].IsScalar();
    if (plain) items.push_back(node[i].Scalar());
  }
  if (!plain) return wrong_at(place, absl::StrCat(name, " must be a value or a list of values"));
  return absl::StrJoin(items, ",");
}

// These are read by parse_service_middlewares().
bool is_of_middlewares(const std::string& name) {
  return name == "middleware" || name == "services";
}

absl::Status unknown_name(const std::string& place, const std::string& name) {
  if (name == "config") return wrong_at(place, "config cannot be set in the file itself");
  const auto near = nearest(name, setting_names());
  return wrong_at(
      place, absl::StrCat("unknown key \"", name, "\"; ",
                          near ? absl::StrCat("do you mean \"", *near, "\"?")
                               : absl::StrCat("known are ", absl::StrJoin(setting_names(), ", "))));
}

absl::StatusOr<std::vector<GivenSetting>> parse_root(const YAML::Node& root,
                                                     const std::string& path) {
  std::vector<GivenSetting> given;
  if (root.IsNull()) return given;
  if (!root.IsMap()) {
    return wrong_at(place_of(path, root.Mark()), "lines such as `loops: 2` are expected");
  }
  std::map<std::string, std::string> seen;
  for (const auto& entry : root) {
    const std::string place = place_of(path, entry.first.Mark());
    if (!entry.first.IsScalar()) return wrong_at(place, "a key must be a name such as `loops`");
    const std::string& name = entry.first.Scalar();
    const Setting* setting = find_setting(name);
    if (is_of_middlewares(name)) continue;
    if (setting == nullptr) return unknown_name(place, name);
    const auto [first, is_new] = seen.emplace(name, place);
    if (!is_new) {
      return wrong_at(
          place, absl::StrCat(name, " is given a second time; the first is at ", first->second));
    }
    auto value = value_of(entry.second, place, name);
    if (!value.ok()) return value.status();
    given.push_back({setting, *std::move(value), absl::StrCat(place, ": ", name)});
  }
  return given;
}

}  // namespace

absl::StatusOr<std::vector<GivenSetting>> parse_config(const std::string& text,
                                                       const std::string& path) {
  std::vector<GivenSetting> given;
  const absl::Status read = read_yaml(text, path, [&](const YAML::Node& root) {
    auto parsed = parse_root(root, path);
    if (parsed.ok()) given = *std::move(parsed);
    return parsed.status();
  });
  if (!read.ok()) return read;
  return given;
}

}  // namespace fairlead
