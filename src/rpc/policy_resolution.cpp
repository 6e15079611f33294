#include "rpc/policy_resolution.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <absl/strings/str_join.h>

#include "core/nearest.hpp"
#include "core/strings.hpp"

namespace fairlead::rpc {
namespace {

bool is_named(const MethodDescription& method, std::string_view name) {
  return name == method.name || name == method.full_name;
}

// `Average`, or `calc.Calc.Average` of service calc.Calc.
bool is_of(const ServiceDescription& service, std::string_view name) {
  const std::size_t dot = name.rfind('.');
  return dot == std::string_view::npos || name.substr(0, dot) == service.full_name;
}

absl::Status no_such_method(const ServiceDescription& service, const std::string& name) {
  std::vector<std::string> known;
  for (const MethodDescription& method : service.methods) known.push_back(method.name);
  const auto near = nearest(name.substr(name.rfind('.') + 1), known);
  return absl::InvalidArgumentError(concat("the options of the client have a policy for method \"",
                                           name, "\", but service ", service.full_name,
                                           " has none of that name; ",
                                           near ? concat("do you mean \"", *near, "\"?")
                                                : concat("it has ", absl::StrJoin(known, ", "))));
}

absl::Status check(const std::string& where, const CallPolicy& policy) {
  const std::string fault = policy.fault();
  if (fault.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(concat("the policy of ", where, ": ", fault));
}

}  // namespace

CallPolicy resolve_policy(const MethodDescription& method, const ClientOptions& options) {
  CallPolicy policy = method.policy;
  policy.merge(options.policy());
  for (const auto& [name, nearer] : options.method_policies()) {
    if (is_named(method, name)) policy.merge(nearer);
  }
  return policy;
}

absl::Status check_policies(const ServiceDescription& service, const ClientOptions& options) {
  if (absl::Status status = check("the client", options.policy()); !status.ok()) return status;
  for (const MethodDescription& method : service.methods) {
    if (absl::Status status = check(method.full_name, method.policy); !status.ok()) return status;
  }
  for (const auto& entry : options.method_policies()) {
    const std::string& name = entry.first;
    if (!is_of(service, name)) continue;
    const bool is_known =
        std::any_of(service.methods.begin(), service.methods.end(),
                    [&](const MethodDescription& method) { return is_named(method, name); });
    if (!is_known) return no_such_method(service, name);
    if (absl::Status status = check(name, entry.second); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace fairlead::rpc
