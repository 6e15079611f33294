#pragma once

#include <string>
#include <vector>

#include <google/protobuf/descriptor.h>
#include <google/protobuf/descriptor.pb.h>

namespace fairlead::discovery {

/// The contract of a service as it is published: the descriptors of its file and of all that it
/// imports.
struct Schema {
  /// A serialised google.protobuf.FileDescriptorSet, imported files first.
  std::string bytes;
  /// `sha256:` and the hash of the bytes in hexadecimal.
  std::string hash;
};

/// `files` and all that they import, each once and before the first that needs it.
google::protobuf::FileDescriptorSet with_imports(
    const std::vector<const google::protobuf::FileDescriptor*>& files);

Schema make_schema(const google::protobuf::FileDescriptor& file);

}  // namespace fairlead::discovery
