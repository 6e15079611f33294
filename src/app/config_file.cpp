#include "app/config_file.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>
#include <yaml-cpp/yaml.h>

#include "core/nearest.hpp"

namespace fairlead {
namespace {

// `calc.yaml:3`; YAML counts lines from 0, and from -1 where it does not know.
std::string place_of(const std::string& path, const YAML::Mark& mark) {
  return mark.line < 0 ? path : absl::StrCat(path, ":", mark.line + 1);
}

absl::Status wrong(const std::string& place, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(place, ": ", what));
}

absl::StatusOr<std::string> value_of(const YAML::Node& node, const std::string& place,
                                     const std::string& name) {
  if (node.IsScalar()) return node.Scalar();
  if (node.IsNull()) return wrong(place, absl::StrCat(name, " has no value"));
  std::vector<std::string> items;
  bool plain = node.IsSequence() && node.size() > 0;
  for (std::size_t i = 0; plain && i < node.size(); ++i) {
    plain = node[i].IsScalar();
    if (plain) items.push_back(node[i].Scalar());
  }
  if (!plain) return wrong(place, absl::StrCat(name, " must be a value or a list of values"));
  return absl::StrJoin(items, ",");
}

absl::Status unknown_name(const std::string& place, const std::string& name) {
  if (name == "config") return wrong(place, "config cannot be set in the file itself");
  const auto near = nearest(name, setting_names());
  return wrong(
      place, absl::StrCat("unknown key \"", name, "\"; ",
                          near ? absl::StrCat("do you mean \"", *near, "\"?")
                               : absl::StrCat("known are ", absl::StrJoin(setting_names(), ", "))));
}

absl::StatusOr<std::vector<GivenSetting>> parse_root(const YAML::Node& root,
                                                     const std::string& path) {
  std::vector<GivenSetting> given;
  if (root.IsNull()) return given;
  if (!root.IsMap()) {
    return wrong(place_of(path, root.Mark()), "lines such as `loops: 2` are expected");
  }
  std::map<std::string, std::string> seen;
  for (const auto& entry : root) {
    const std::string place = place_of(path, entry.first.Mark());
    if (!entry.first.IsScalar()) return wrong(place, "a key must be a name such as `loops`");
    const std::string& name = entry.first.Scalar();
    const Setting* setting = find_setting(name);
    if (setting == nullptr) return unknown_name(place, name);
    const auto [first, is_new] = seen.emplace(name, place);
    if (!is_new) {
      return wrong(place,
                   absl::StrCat(name, " is given a second time; the first is at ", first->second));
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
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return std::vector<GivenSetting>();
    if (documents.size() > 1) {
      return wrong(place_of(path, documents[1].Mark()),
                   "a second YAML document starts here; one is expected");
    }
    return parse_root(documents.front(), path);
  } catch (const YAML::Exception& exception) {
    return wrong(place_of(path, exception.mark), absl::StrCat("not YAML: ", exception.msg));
  }
}

absl::StatusOr<std::vector<GivenSetting>> read_config_file(const std::string& path) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  // An empty file makes the copy fail without an error of the system; so errno decides.
  if (!file.is_open() || errno != 0) {
    const int error = errno;
    return absl::NotFoundError(
        absl::StrCat("the configuration file ", path, " cannot be read: ", std::strerror(error)));
  }
  return parse_config(text.str(), path);
}

}  // namespace fairlead
