#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>
#include <absl/status/statusor.h>
#include <google/protobuf/dynamic_message.h>

#include "fairlead/client.hpp"

#include "cli/call_target.hpp"
#include "cli/connect.hpp"
#include "discovery/schema_client.hpp"

namespace fairlead::cli {

using MessagePointer = std::unique_ptr<google::protobuf::Message>;

/// What is typed to call a method: which one, where and with what.
struct MethodArguments {
  std::string target;
  std::string json;
  std::vector<std::string> headers;
  std::string prefix;
  std::string route = "nats";
};

/// Adds them to a command; `json_help` says what the JSON is for.
void add_method_arguments(CLI::App& command, MethodArguments& arguments,
                          const std::string& json_help);

/// What was asked for, checked as far as it can be without the service.
struct MethodPlan {
  MethodPlan() {}

  CallTarget target;
  std::string prefix;
  RouteChoice route = RouteChoice::kNats;
  std::vector<std::string> inputs;   // JSON values; `{}` if nothing was given
  bool no_input = false;             // nothing was given
  bool from_standard_input = false;  // that has not been read
  std::string source;                // what the input is called in messages
  CallOptions options;
  std::chrono::nanoseconds wait = std::chrono::seconds(5);  // for the schema, and the like
};

absl::StatusOr<MethodPlan> plan_method(const ConnectionFlags& flags,
                                       const MethodArguments& arguments);

/// A method of a service that runs, of types known only at run time. Must not move.
class FoundMethod {
 public:
  FoundMethod(discovery::SchemaView schema, const std::string& prefix);
  FoundMethod(const FoundMethod&) = delete;
  FoundMethod& operator=(const FoundMethod&) = delete;

  const ServiceDescription& service() const { return service_; }
  std::size_t index() const { return index_; }
  const MethodDescription& method() const { return service_.methods[index_]; }
  const google::protobuf::DescriptorPool& pool() const { return schema_.pool(); }
  google::protobuf::DynamicMessageFactory& factory() { return factory_; }

  /// Chooses the method; NOT_FOUND names the nearest.
  absl::Status choose(const std::string& name);

  /// A message of the method; from several threads at a time, too.
  MessagePointer new_response();
  /// Reads one request; INVALID_ARGUMENT begins with `source`.
  absl::StatusOr<MessagePointer> request_of(const std::string& json, const std::string& source);

 private:
  discovery::SchemaView schema_;
  google::protobuf::DynamicMessageFactory factory_;
  ServiceDescription service_;
  std::size_t index_ = 0;
};

/// Asks the service for its schema and finds the method there.
Task<absl::StatusOr<std::unique_ptr<FoundMethod>>> find_method(nats::Connection connection,
                                                               MethodPlan plan);

}  // namespace fairlead::cli
