#include "rpc/metadata_wire.hpp"

#include <absl/strings/escaping.h>

#include "core/strings.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {
namespace {

bool is_binary(std::string_view key) {
  return key.size() >= 4 && equals_ignore_case(key.substr(key.size() - 4), "-bin");
}

}  // namespace

void write_metadata(const Metadata& metadata, wire::HeaderWriter& headers) {
  for (const auto& [key, value] : metadata) {
    if (key == kNatsRequestInfo) continue;
    headers.add(key, is_binary(key) ? absl::Base64Escape(value) : value);
  }
}

bool is_reserved_header(std::string_view key) {
  return starts_with_ignore_case(key, "grpc-") || starts_with_ignore_case(key, "nats-") ||
         starts_with_ignore_case(key, "fl-") || equals_ignore_case(key, "content-type");
}

void read_metadata(std::string_view key, std::string_view value, Metadata& metadata) {
  std::string bytes;
  if (!is_binary(key) || !absl::Base64Unescape(to_absl(value), &bytes)) bytes = std::string(value);
  metadata.add_received(key, std::move(bytes));
}

void read_metadata(std::string_view header_block, Metadata& metadata) {
  wire::HeaderReader reader(header_block);
  while (reader.next()) {
    if (!is_reserved_header(reader.key())) read_metadata(reader.key(), reader.value(), metadata);
  }
}

}  // namespace fairlead::rpc
