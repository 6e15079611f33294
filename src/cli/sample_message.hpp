#pragma once

#include <memory>

#include <google/protobuf/dynamic_message.h>
#include <google/protobuf/message.h>

namespace fairlead::cli {

/// A message with something in every field, the same each time: numbers are the field's number,
/// texts its name, lists have two elements, of a oneof the first member is set. Messages that hold
/// their own kind end there. The message may not outlive `factory`.
std::unique_ptr<google::protobuf::Message> sample_message(
    const google::protobuf::Descriptor& type, google::protobuf::DynamicMessageFactory& factory);

}  // namespace fairlead::cli
