#pragma once

#include <string_view>

#include "fairlead/metadata.hpp"

#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// What the NATS server says of who sent a message (`nats-request-info`): the only reserved header
/// that is metadata, for those who authenticate.
inline constexpr std::string_view kNatsRequestInfo = "nats-request-info";

/// Appends the metadata as headers; values of `-bin` keys as base64. What has come and is reserved
/// is not passed on.
void write_metadata(const Metadata& metadata, wire::HeaderWriter& headers);

/// Whether a header is one of the protocol's own and no metadata.
bool is_reserved_header(std::string_view key);

/// Adds a received header to `metadata`. A `-bin` value that is no base64 is kept as it is.
void read_metadata(std::string_view key, std::string_view value, Metadata& metadata);

/// Reads all metadata of a header block.
void read_metadata(std::string_view header_block, Metadata& metadata);

}  // namespace fairlead::rpc
