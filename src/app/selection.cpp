#include "app/selection.hpp"

#include <algorithm>

#include <absl/strings/str_cat.h>

#include "core/nearest.hpp"

namespace fairlead {
namespace {

bool names_method(const std::string& name, const MethodDescription& method) {
  return name == method.name || name == method.full_name;
}

absl::Status check_name(const std::string& name,
                        const std::vector<const ServiceDescription*>& services) {
  std::vector<std::string> known;
  for (const ServiceDescription* service : services) {
    for (const MethodDescription& method : service->methods) {
      if (names_method(name, method)) return absl::OkStatus();
      known.push_back(name.find('.') == std::string::npos ? method.name : method.full_name);
    }
  }
  const auto near = nearest(name, known);
  return absl::InvalidArgumentError(
      absl::StrCat("only: there is no method ", name, " here",
                   near ? absl::StrCat("; do you mean ", *near, "?")
                        : absl::StrCat("; `info` lists those that there are")));
}

}  // namespace

absl::StatusOr<std::vector<std::vector<std::string>>> select_methods(
    const std::vector<std::string>& names, const std::vector<const ServiceDescription*>& services) {
  for (const std::string& name : names) {
    if (auto status = check_name(name, services); !status.ok()) return status;
  }
  std::vector<std::vector<std::string>> selected;
  for (const ServiceDescription* service : services) {
    auto& methods = selected.emplace_back();
    for (const MethodDescription& method : service->methods) {
      const bool wanted = std::any_of(names.begin(), names.end(), [&](const std::string& name) {
        return names_method(name, method);
      });
      if (wanted) methods.push_back(method.name);
    }
  }
  return selected;
}

}  // namespace fairlead
