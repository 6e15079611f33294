#include "discovery/schema.hpp"

#include <set>

#include <absl/strings/escaping.h>
#include <openssl/evp.h>

namespace fairlead::discovery {
namespace {

void add_file(const google::protobuf::FileDescriptor& file,
              std::set<const google::protobuf::FileDescriptor*>& seen,
              google::protobuf::FileDescriptorSet& files) {
  if (!seen.insert(&file).second) return;
  for (int i = 0; i < file.dependency_count(); ++i) add_file(*file.dependency(i), seen, files);
  file.CopyTo(files.add_file());
}

std::string sha256(const std::string& bytes) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest, &size, EVP_sha256(), nullptr);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

}  // namespace

google::protobuf::FileDescriptorSet with_imports(
    const std::vector<const google::protobuf::FileDescriptor*>& files) {
  google::protobuf::FileDescriptorSet set;
  std::set<const google::protobuf::FileDescriptor*> seen;
  for (const auto* file : files) add_file(*file, seen, set);
  return set;
}

Schema make_schema(const google::protobuf::FileDescriptor& file) {
  Schema schema;
  schema.bytes = with_imports({&file}).SerializeAsString();
  schema.hash = "sha256:" + sha256(schema.bytes);
  return schema;
}

}  // namespace fairlead::discovery
