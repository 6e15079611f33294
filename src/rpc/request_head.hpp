#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <absl/status/status.h>

#include "fairlead/metadata.hpp"
#include "fairlead/trace_context.hpp"

#include "rpc/codec.hpp"

namespace fairlead::rpc {

/// What the headers of a request say.
struct RequestHead {
  std::optional<std::chrono::nanoseconds> timeout;
  Encoding encoding = Encoding::kProtobuf;
  int previous_attempts = 0;
  TraceContext trace;            // not valid if there is none, or it is malformed
  std::string trace_state;       // several of them with commas between them
  std::string_view call_number;  // to be sent back; empty if there is none. Points into the block
};

/// Reads the header block of a request; metadata goes to `metadata`. A payload that starts with
/// `{` is JSON if no header says what it is. INVALID_ARGUMENT if a header is malformed.
absl::Status read_request_head(std::string_view header_block, std::string_view payload,
                               RequestHead& head, Metadata& metadata, bool through_nats = false);

}  // namespace fairlead::rpc
