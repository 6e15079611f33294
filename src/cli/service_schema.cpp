#include "cli/service_schema.hpp"

#include <set>

#include "fairlead/options.pb.h"

#include "cli/services.hpp"
#include "core/strings.hpp"

namespace fairlead::cli {
namespace {

/// Why nobody gave out the schema of `service`.
Task<absl::Status> explain(discovery::Finder finder, std::string service, std::string prefix) {
  const auto all = co_await finder.info(std::string(), std::string());
  if (!all.ok()) co_return all.status();
  std::set<std::string> prefixes;
  for (const auto& instance : all->instances) {
    if (discovery::full_name_of(instance) == service) prefixes.insert(prefix_of(instance));
  }
  prefixes.erase(prefix);
  if (!prefixes.empty()) {
    std::string message = concat("no instance of ", service, " is up",
                                 prefix.empty() ? "" : " under prefix ", prefix, "; use ");
    bool first = true;
    for (const std::string& other : prefixes) {
      append(message, first ? "" : " or ", other.empty() ? "no --prefix" : "--prefix ", other);
      first = false;
    }
    co_return absl::UnavailableError(message);
  }
  co_return co_await no_such_service(finder, service);
}

MethodKind kind_of(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming() && method.server_streaming()) return MethodKind::kBidiStream;
  if (method.client_streaming()) return MethodKind::kClientStream;
  return method.server_streaming() ? MethodKind::kServerStream : MethodKind::kUnary;
}

}  // namespace

Task<absl::StatusOr<discovery::SchemaView>> find_schema(nats::Connection connection,
                                                        discovery::Finder finder, std::string name,
                                                        std::string prefix,
                                                        std::chrono::nanoseconds timeout) {
  std::string service = name;
  if (name.find('.') == std::string::npos) {
    const auto info = co_await finder.info_of_any(name);
    if (absl::IsNotFound(info.status())) co_return co_await no_such_service(finder, name);
    if (!info.ok()) co_return info.status();
    service = discovery::full_name_of(*info);
    if (service.empty()) {
      co_return absl::FailedPreconditionError(
          concat(name, " publishes no Fairlead schema, so its messages are not known"));
    }
  }
  auto schema = co_await discovery::fetch_schema(connection, prefix, service, timeout);
  if (absl::IsUnavailable(schema.status()) && connection.is_open()) {
    co_return co_await explain(finder, service, prefix);
  }
  co_return schema;
}

ServiceDescription describe(const discovery::SchemaView& schema, const std::string& prefix) {
  const google::protobuf::ServiceDescriptor& service = schema.service();
  ServiceDescription description;
  description.full_name = service.full_name();
  description.name = discovery::default_service_name(service.full_name());
  description.prefix = prefix;
  description.file = service.file();
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor& method = *service.method(i);
    const MethodOptions& options = method.options().GetExtension(fairlead::method);
    MethodDescription& entry = description.methods.emplace_back();
    entry.name = method.name();
    entry.full_name = method.full_name();
    entry.subject = options.subject().empty() ? method.full_name() : options.subject();
    entry.kind = kind_of(method);
    if (options.has_timeout()) {
      entry.timeout = std::chrono::seconds(options.timeout().seconds()) +
                      std::chrono::nanoseconds(options.timeout().nanos());
    }
    entry.idempotent = options.idempotent();
    entry.oneway = options.oneway();
    entry.request = method.input_type();
    entry.response = method.output_type();
  }
  return description;
}

std::string prefix_of(const discovery::InfoResponse& info) {
  for (const discovery::EndpointInfo& endpoint : info.endpoints) {
    const auto method = endpoint.metadata.find("fairlead.method");
    if (method == endpoint.metadata.end()) continue;
    const std::string suffix = "." + method->second;
    if (endpoint.subject.ends_with(suffix)) {
      return endpoint.subject.substr(0, endpoint.subject.size() - suffix.size());
    }
  }
  return {};
}

}  // namespace fairlead::cli
