#include "rpc/request_head.hpp"

#include "core/strings.hpp"
#include "rpc/call_number.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/timeout_wire.hpp"
#include "wire/header_reader.hpp"

namespace fairlead::rpc {

namespace {

// nats-server 2.11 to 2.13 may rename the header, so that the next server does not trace again.
bool is_traceparent(std::string_view key) {
  return equals_ignore_case(key, "traceparent") || equals_ignore_case(key, "Xraceparent");
}

// Takes `piece` off the front; false if something else is there.
bool take(std::string_view& text, std::string_view piece) {
  if (!text.starts_with(piece)) return false;
  text.remove_prefix(piece.size());
  return true;
}

// What most requests have and nothing else, as RequestHeader writes it: found without splitting
// lines and comparing names. False, with `head` as it was, if it looks in any way different.
bool read_plain_head(std::string_view block, RequestHead& head) {
  if (!take(block, "NATS/1.0\r\ngrpc-timeout: ")) return false;
  constexpr std::size_t kLongest = 9;
  const std::size_t end = block.substr(0, kLongest + 1).find('\r');
  if (end == std::string_view::npos) return false;
  const auto timeout = parse_timeout(block.substr(0, end));
  if (!timeout.ok()) return false;
  block.remove_prefix(end);
  std::optional<TraceContext> trace;
  if (take(block, "\r\ntraceparent: ")) {
    trace = TraceContext::parse(block.substr(0, TraceContext::kTextSize));
    if (!trace) return false;
    block.remove_prefix(TraceContext::kTextSize);
  }
  std::string_view number;
  if (take(block, "\r\nfl-call: ")) {
    number = block.substr(0, CallNumber::kSize);
    if (!is_call_number(number)) return false;
    block.remove_prefix(number.size());
  }
  if (block != "\r\n\r\n") return false;
  head.timeout = *timeout;
  if (trace) head.trace = *trace;
  head.call_number = number;
  return true;
}

bool is_json(std::string_view payload) {
  return !payload.empty() && payload.front() == '{';
}

}  // namespace

absl::Status read_request_head(std::string_view header_block, std::string_view payload,
                               RequestHead& head, Metadata& metadata, bool through_nats) {
  if (read_plain_head(header_block, head)) {
    if (is_json(payload)) head.encoding = Encoding::kJson;
    return absl::OkStatus();
  }
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
    } else if (equals_ignore_case(key, CallNumber::kHeader)) {
      if (is_call_number(reader.value())) head.call_number = reader.value();
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
  if (!typed && is_json(payload)) head.encoding = Encoding::kJson;
  return status;
}

}  // namespace fairlead::rpc
