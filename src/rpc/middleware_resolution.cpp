#include "rpc/middleware_resolution.hpp"

#include <algorithm>

#include <absl/strings/str_join.h>

#include "core/nearest.hpp"
#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

void add_full_names(const ServiceDescription& service, std::vector<std::string>& names) {
  names.push_back(service.full_name);
  for (const MethodDescription& method : service.methods) names.push_back(method.full_name);
}

absl::Status no_such_name(const std::string& name, const std::vector<std::string>& known) {
  const auto near = nearest(name, known);
  return absl::InvalidArgumentError(
      concat("there is a middleware for \"", name, "\", but no service or method of that name; ",
             near ? concat("do you mean \"", *near, "\"?")
                  : concat("there are ", absl::StrJoin(known, ", "))));
}

// `Average`, or something of service calc.Calc.
bool is_of(const ServiceDescription& service, const std::string& name) {
  return name.find('.') == std::string::npos || name == service.full_name ||
         name.substr(0, name.rfind('.')) == service.full_name;
}

}  // namespace

MiddlewareList resolve_middlewares(const NamedMiddlewares& named, const ServiceDescription& service,
                                   const MethodDescription& method) {
  MiddlewareList list;
  for (const std::string& name :
       {std::string(), service.full_name, method.full_name, method.name}) {
    const auto found = named.find(name);
    if (found == named.end()) continue;
    list.insert(list.end(), found->second.begin(), found->second.end());
  }
  return list;
}

absl::Status check_middlewares(const NamedMiddlewares& named,
                               const std::vector<const ServiceDescription*>& services) {
  std::vector<std::string> known;
  for (const ServiceDescription* service : services) add_full_names(*service, known);
  for (const auto& [name, list] : named) {
    if (!name.empty() && !contains(known, name)) return no_such_name(name, known);
  }
  return absl::OkStatus();
}

absl::Status check_middlewares(const NamedMiddlewares& named, const ServiceDescription& service) {
  std::vector<std::string> known;
  add_full_names(service, known);
  for (const MethodDescription& method : service.methods) known.push_back(method.name);
  for (const auto& [name, list] : named) {
    if (name.empty() || !is_of(service, name)) continue;
    if (!contains(known, name)) return no_such_name(name, known);
  }
  return absl::OkStatus();
}

}  // namespace fairlead::rpc
