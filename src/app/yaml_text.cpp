#include "app/yaml_text.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <sstream>
#include <vector>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

#include "core/nearest.hpp"

namespace fairlead {
namespace {

absl::Status check_name(const std::string& name, const std::string& place,
                        const std::vector<std::string>& known) {
  for (const std::string& other : known) {
    if (other == name) return absl::OkStatus();
  }
  const auto near = nearest(name, known);
  return wrong_at(place,
                  absl::StrCat("unknown name \"", name, "\"; ",
                               near ? absl::StrCat("do you mean \"", *near, "\"?")
                                    : absl::StrCat("known are ", absl::StrJoin(known, ", "))));
}

}  // namespace

// YAML counts lines from 0, and from -1 where it does not know.
std::string place_of(const std::string& path, const YAML::Mark& mark) {
  return mark.line < 0 ? path : absl::StrCat(path, ":", mark.line + 1);
}

absl::Status wrong_at(const std::string& place, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(place, ": ", what));
}

absl::StatusOr<std::string> read_text_file(const std::string& path, const std::string& what) {
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  // An empty file makes the copy fail without an error of the system; so errno decides.
  if (!file.is_open() || errno != 0) {
    const int error = errno;
    return absl::NotFoundError(
        absl::StrCat(what, " ", path, " cannot be read: ", std::strerror(error)));
  }
  return text.str();
}

absl::Status read_yaml(const std::string& text, const std::string& path,
                       absl::FunctionRef<absl::Status(const YAML::Node&)> read) {
  try {
    const std::vector<YAML::Node> documents = YAML::LoadAll(text);
    if (documents.empty()) return read(YAML::Node());
    if (documents.size() > 1) {
      return wrong_at(place_of(path, documents[1].Mark()),
                      "a second YAML document starts here; one is expected");
    }
    return read(documents.front());
  } catch (const YAML::Exception& exception) {
    return wrong_at(place_of(path, exception.mark), absl::StrCat("not YAML: ", exception.msg));
  }
}

absl::Status each_entry(
    const YAML::Node& map, const std::string& path, const std::vector<std::string>* known,
    absl::FunctionRef<absl::Status(const std::string& name, const std::string& place,
                                   const YAML::Node& value)>
        read) {
  std::map<std::string, std::string> seen;
  for (const auto& entry : map) {
    const std::string where = place_of(path, entry.first.Mark());
    if (!entry.first.IsScalar()) return wrong_at(where, "a key must be a name such as `retry`");
    const std::string& name = entry.first.Scalar();
    if (known) {
      if (absl::Status status = check_name(name, where, *known); !status.ok()) return status;
    }
    const auto [first, is_new] = seen.emplace(name, where);
    if (!is_new) {
      return wrong_at(
          where, absl::StrCat(name, " is given a second time; the first is at ", first->second));
    }
    absl::Status status = read(name, absl::StrCat(where, ": ", name), entry.second);
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace fairlead
