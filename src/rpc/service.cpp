#include "fairlead/service.hpp"

#include <algorithm>
#include <utility>

#include <absl/strings/str_cat.h>
#include <absl/strings/str_join.h>

namespace fairlead {

std::string_view kind_name(MethodKind kind) {
  switch (kind) {
    case MethodKind::kUnary:
      return "unary";
    case MethodKind::kServerStream:
      return "server_stream";
    case MethodKind::kClientStream:
      return "client_stream";
    case MethodKind::kBidiStream:
      return "bidi_stream";
  }
  return "unknown";
}

std::string with_prefix(const std::string& prefix, const std::string& subject) {
  return prefix.empty() ? subject : prefix + "." + subject;
}

Service::Service(ServiceDescription description)
    : description_(std::move(description)), handlers_(description_.methods.size()) {}

void Service::set_handler(std::size_t index, std::shared_ptr<MethodHandler> handler) {
  handlers_.at(index) = std::move(handler);
}

absl::Status Service::host_only(const std::vector<std::string>& methods) {
  const auto is_named = [&](const MethodDescription& method) {
    return std::find(methods.begin(), methods.end(), method.name) != methods.end();
  };
  const auto name_of = [](std::string* out, const MethodDescription& method) {
    absl::StrAppend(out, method.name);
  };
  for (const std::string& name : methods) {
    const bool is_known =
        std::any_of(description_.methods.begin(), description_.methods.end(),
                    [&](const MethodDescription& method) { return method.name == name; });
    if (!is_known) {
      return absl::InvalidArgumentError(
          absl::StrCat("service ", description_.full_name, " has no method \"", name, "\"; it has ",
                       absl::StrJoin(description_.methods, ", ", name_of)));
    }
  }
  for (std::size_t index = 0; index < handlers_.size(); ++index) {
    if (!is_named(description_.methods[index])) handlers_[index] = nullptr;
  }
  return absl::OkStatus();
}

}  // namespace fairlead
