#pragma once

#include <string_view>

#include <absl/status/status.h>

#include "fairlead/status.hpp"

#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// The gRPC name of a code: `INVALID_ARGUMENT`.
std::string_view code_name(absl::StatusCode code);

/// The HTTP status that stands for a gRPC code towards ADR-32 tools, and the reverse for services
/// that send nothing else.
int http_of_code(absl::StatusCode code);
absl::StatusCode code_of_http(int http);

/// Appends the headers of a failed reply. `status` must not be OK.
void write_status(const absl::Status& status, wire::HeaderWriter& headers);

/// Reads the status of a reply from its header block: OK if it carries none, INTERNAL if the block
/// or its codes are malformed. All that is not OK has Origin::kRemote.
absl::Status read_status(std::string_view header_block);

/// Marks `status` as made on the far side.
void mark_remote(absl::Status& status);

/// Asks the caller to wait before it repeats the call; travels as `grpc-retry-pushback-ms`.
void set_retry_pushback(absl::Status& status, std::chrono::milliseconds pushback);

}  // namespace fairlead::rpc
