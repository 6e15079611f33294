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

/// Marks `status` as that of a call which no handler has seen.
void mark_never_ran(absl::Status& status);

/// Takes that mark away: another sending of the same call may have reached a handler.
void mark_may_have_run(absl::Status& status);

/// Asks the caller to wait before it repeats the call; travels as `grpc-retry-pushback-ms`. Unless
/// it is negative it says as well that no handler has seen the call.
void set_retry_pushback(absl::Status& status, std::chrono::milliseconds pushback);

/// Takes off what Fairlead noted on a status that came from elsewhere: where it was made, when to
/// come back, that it never ran. All this is untrue of a call whose handler passes the status on;
/// but a wish that it be not repeated stays.
void clear_notes(absl::Status& status);

}  // namespace fairlead::rpc
