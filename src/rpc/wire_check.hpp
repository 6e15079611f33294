#pragma once

#include <string>
#include <string_view>

#include <google/protobuf/descriptor.h>

namespace fairlead::rpc {

/// Says why `bytes` are not a message of type `type`, and where: `at byte 7, in field 2 (user): …`.
/// Only called for bytes that protobuf has refused.
std::string find_wire_error(std::string_view bytes, const google::protobuf::Descriptor& type);

}  // namespace fairlead::rpc
