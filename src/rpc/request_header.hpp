#pragma once

#include <chrono>
#include <string_view>

#include "fairlead/metadata.hpp"
#include "fairlead/trace_context.hpp"

#include "rpc/route.hpp"
#include "wire/header_writer.hpp"

namespace fairlead::rpc {

/// The header block of a request: time, place in a trace, metadata. Without metadata, at the first
/// attempt, which is the common case, it is put together in the object itself and nothing is
/// allocated.
class RequestHeader {
 public:
  /// A `trace` that is not valid is not sent, nor is any if the metadata has a `traceparent`;
  /// neither is a `call_number` that is empty.
  RequestHeader(std::chrono::nanoseconds timeout, const Metadata& metadata,
                int previous_attempts = 0, const TraceContext& trace = TraceContext(),
                std::string_view trace_state = "", std::string_view call_number = "");
  explicit RequestHeader(const OutgoingCall& call, std::string_view call_number = "")
      : RequestHeader(call.timeout, *call.metadata, call.previous_attempts, call.trace,
                      call.trace_state, call_number) {}
  RequestHeader(const RequestHeader&) = delete;
  RequestHeader& operator=(const RequestHeader&) = delete;

  std::string_view block() const { return block_; }

 private:
  char buffer_[160];
  wire::HeaderWriter headers_;
  std::string_view block_;
};

}  // namespace fairlead::rpc
