#pragma once

#include <string>

#include <google/protobuf/descriptor.h>

namespace fairlead::discovery {

/// The contract of a service as it is published: the descriptors of its file and of all that it
/// imports.
struct Schema {
  /// A serialised google.protobuf.FileDescriptorSet, imported files first.
  std::string bytes;
  /// `sha256:` and the hash of the bytes in hexadecimal.
  std::string hash;
};

Schema make_schema(const google::protobuf::FileDescriptor& file);

}  // namespace fairlead::discovery
