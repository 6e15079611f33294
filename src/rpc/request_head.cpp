#include "rpc/request_head.hpp"

#include "core/strings.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/timeout_wire.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {

namespace {

// nats-server 2.11 to 2.13 may rename the header, so that the next server does not trace again.
bool is_traceparent(std::string_view key) {
  return equals_ignore_case(key, "traceparent") || equals_ignore_case(key, "Xraceparent");
}

}  // namespace

absl::Status read_request_head(std::string_view header_block, std::string_view payload,
                               RequestHead& head, Metadata& metadata, bool through_nats) {
  wire::HeaderReader reader(header_block);
  bool typed = false;
  absl::Status status;
  while (reader.next()) {
    const std::string_view key = reader.key();
    if (equals_ignore_case(key, "grpc-timeout")) {
      const auto timeout = parse_timeout(reader.value());
      if (timeout.ok()) head.timeout = *timeout;
      status.Update(timeout.status());
    } else if (equals_ignore_case(key, "content-type")) {
      typed = true;
      status.Update(parse_content_type(reader.value(), head.encoding));
    } else if (equals_ignore_case(key, "grpc-previous-rpc-attempts")) {
      head.previous_attempts = static_cast<int>(parse_number(reader.value()).value_or(0));
    } else if (is_traceparent(key)) {
      // As the standard says, a malformed one is as good as none.
      if (const auto trace = TraceContext::parse(reader.value())) head.trace = *trace;
    } else if (equals_ignore_case(key, "tracestate")) {
      append(head.trace_state, head.trace_state.empty() ? "" : ",", reader.value());
    } else if (equals_ignore_case(key, kNatsRequestInfo)) {
      if (through_nats) metadata.add_received(kNatsRequestInfo, std::string(reader.value()));
    } else if (!is_reserved_header(key)) {
      read_metadata(key, reader.value(), metadata);
    }
  }
  if (!reader.valid()) status.Update(absl::InvalidArgumentError("the header block is malformed"));
  if (!head.trace.valid()) head.trace_state.clear();
  if (!typed && !payload.empty() && payload.front() == '{') head.encoding = Encoding::kJson;
  return status;
}

}  // namespace fairlead::rpc
