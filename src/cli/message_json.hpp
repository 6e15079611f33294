#pragma once

#include <memory>
#include <string>

#include <absl/status/status.h>
#include <absl/status/statusor.h>
#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

namespace fairlead::cli {

/// Reads a message of type `type` from protobuf's JSON mapping. INVALID_ARGUMENT says what does not
/// fit, and which fields the type has. The message may not outlive `factory`.
absl::StatusOr<std::unique_ptr<google::protobuf::Message>> message_from_json(
    const std::string& json, const google::protobuf::Descriptor& type,
    google::protobuf::DynamicMessageFactory& factory);

/// Protobuf's JSON mapping on one line; fields that have their default value are shown too.
absl::StatusOr<std::string> message_to_json(const google::protobuf::Message& message);

/// The details of a status, one to a line: as JSON if `pool` or this program knows their type.
std::string details_of(const absl::Status& status, const google::protobuf::DescriptorPool* pool);

}  // namespace fairlead::cli
