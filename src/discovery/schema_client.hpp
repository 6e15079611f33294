#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <absl/status/statusor.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

#include "fairlead/deadline.hpp"
#include "fairlead/nats/connection.hpp"
#include "fairlead/task.hpp"

namespace fairlead::discovery {

/// The descriptors that a running service publishes. Cheap to copy.
class SchemaView {
 public:
  /// Reads a serialized FileDescriptorSet and looks up `service` in it. DATA_LOSS if it is none or
  /// does not fit together, naming the file; NOT_FOUND if the service is not in it, naming those
  /// that are.
  static absl::StatusOr<SchemaView> read(std::string_view bytes, const std::string& service);

  const google::protobuf::ServiceDescriptor& service() const { return *service_; }
  const google::protobuf::DescriptorPool& pool() const;
  const google::protobuf::FileDescriptorSet& files() const;

 private:
  struct Content;
  SchemaView(std::shared_ptr<const Content> content,
             const google::protobuf::ServiceDescriptor* service)
      : content_(std::move(content)), service_(service) {}

  std::shared_ptr<const Content> content_;
  const google::protobuf::ServiceDescriptor* service_;
};

/// Where the instances of `service`, a full name, give out their schema.
std::string schema_subject(std::string_view prefix, std::string_view service);

/// Asks a running instance of `service`, a protobuf full name, for its schema. UNAVAILABLE if none
/// is up, DATA_LOSS if what it sends is not a schema.
Task<absl::StatusOr<SchemaView>> fetch_schema(nats::Connection connection, std::string prefix,
                                              std::string service, Deadline::Duration timeout);

}  // namespace fairlead::discovery
