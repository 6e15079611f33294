#include "rpc/request_header.hpp"

#include <cstring>
#include <string>

#include "rpc/call_number.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/timeout_wire.hpp"

namespace fairlead::rpc {

RequestHeader::RequestHeader(std::chrono::nanoseconds timeout, const Metadata& metadata,
                             int previous_attempts, const TraceContext& trace,
                             std::string_view trace_state, std::string_view call_number) {
  TimeoutBuffer timeout_buffer;
  const std::string_view value = format_timeout(timeout, timeout_buffer);
  char trace_buffer[TraceContext::kTextSize];
  std::string_view parent;  // empty: is not sent
  if (trace.valid() && !metadata.get("traceparent")) {
    trace.write(trace_buffer);
    parent = std::string_view(trace_buffer, sizeof(trace_buffer));
  } else {
    trace_state = "";
  }
  if (!metadata.empty() || previous_attempts > 0 || !trace_state.empty()) {
    headers_.add("grpc-timeout", value);
    if (!parent.empty()) headers_.add("traceparent", parent);
    if (!trace_state.empty()) headers_.add("tracestate", trace_state);
    if (previous_attempts > 0) {
      headers_.add("grpc-previous-rpc-attempts", std::to_string(previous_attempts));
    }
    if (!call_number.empty()) headers_.add(CallNumber::kHeader, call_number);
    write_metadata(metadata, headers_);
    block_ = headers_.finish();
    return;
  }
  constexpr std::string_view kStart = "NATS/1.0\r\ngrpc-timeout: ";
  constexpr std::string_view kTrace = "\r\ntraceparent: ";
  constexpr std::string_view kNumber = "\r\nfl-call: ";
  constexpr std::string_view kEnd = "\r\n\r\n";
  static_assert(kStart.size() + sizeof(TimeoutBuffer) + kTrace.size() + TraceContext::kTextSize +
                    kNumber.size() + CallNumber::kSize + kEnd.size() <=
                sizeof(buffer_));
  std::size_t size = 0;
  const auto put = [&](std::string_view piece) {
    std::memcpy(buffer_ + size, piece.data(), piece.size());
    size += piece.size();
  };
  put(kStart);
  put(value);
  if (!parent.empty()) {
    put(kTrace);
    put(parent);
  }
  if (!call_number.empty()) {
    put(kNumber);
    put(call_number);
  }
  put(kEnd);
  block_ = std::string_view(buffer_, size);
}

}  // namespace fairlead::rpc
