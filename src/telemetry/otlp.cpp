#include "telemetry/otlp.hpp"

#include "fairlead/version.hpp"

#include "core/strings.hpp"
#include "telemetry/proto_writer.hpp"

namespace fairlead::telemetry {
namespace {

// Numbers of fields as in opentelemetry/proto/trace/v1/trace.proto and common/v1/common.proto.

std::string_view bytes_of(const auto& id) {
  return {reinterpret_cast<const char*>(id.data()), id.size()};
}

// A text that is not UTF-8 would make the receiver refuse the whole batch.
void add_text(ProtoWriter& to, int field, std::string_view text) {
  if (is_utf8(text)) return to.add_bytes(field, text);
  std::string plain(text);
  for (char& letter : plain) {
    if (static_cast<unsigned char>(letter) >= 0x80) letter = '?';
  }
  to.add_bytes(field, plain);
}

struct ValueWriter {
  ProtoWriter& to;
  void operator()(const std::string& value) const { add_text(to, 1, value); }
  void operator()(bool value) const { to.add_number(2, value ? 1 : 0); }
  void operator()(std::int64_t value) const { to.add_number(3, static_cast<std::uint64_t>(value)); }
  void operator()(double value) const { to.add_double(4, value); }
};

void add_attributes(ProtoWriter& to, int field, const std::vector<SpanAttribute>& attributes) {
  for (const SpanAttribute& attribute : attributes) {
    ProtoWriter value;
    std::visit(ValueWriter{value}, attribute.value());
    ProtoWriter pair;
    add_text(pair, 1, attribute.key());
    pair.add_message(2, value);
    to.add_message(field, pair);
  }
}

std::uint32_t flags_of(const TraceContext& context) {
  return context.sampled() ? 1 : 0;
}

ProtoWriter event_message(const SpanData::Event& event) {
  ProtoWriter to;
  to.add_fixed64(1, event.time);
  add_text(to, 2, event.name);
  add_attributes(to, 3, event.attributes);
  return to;
}

ProtoWriter link_message(const TraceContext& link) {
  ProtoWriter to;
  to.add_bytes(1, bytes_of(link.trace_id()));
  to.add_bytes(2, bytes_of(link.span_id()));
  to.add_fixed32(6, flags_of(link));
  return to;
}

ProtoWriter span_message(const SpanData& span) {
  ProtoWriter to;
  to.add_bytes(1, bytes_of(span.context.trace_id()));
  to.add_bytes(2, bytes_of(span.context.span_id()));
  if (!span.trace_state.empty()) add_text(to, 3, span.trace_state);
  if (span.parent != TraceContext::SpanId()) to.add_bytes(4, bytes_of(span.parent));
  add_text(to, 5, span.name);
  to.add_number(6, static_cast<std::uint64_t>(span.kind));
  to.add_fixed64(7, span.start);
  to.add_fixed64(8, span.end);
  add_attributes(to, 9, span.attributes);
  if (span.dropped_attributes > 0) to.add_number(10, span.dropped_attributes);
  for (const SpanData::Event& event : span.events) to.add_message(11, event_message(event));
  if (span.dropped_events > 0) to.add_number(12, span.dropped_events);
  for (const TraceContext& link : span.links) to.add_message(13, link_message(link));
  if (span.dropped_links > 0) to.add_number(14, span.dropped_links);
  if (span.failed) {
    ProtoWriter status;
    add_text(status, 2, span.reason);
    status.add_number(3, 2);  // STATUS_CODE_ERROR
    to.add_message(15, status);
  }
  to.add_fixed32(16, flags_of(span.context));
  return to;
}

// Reads a varint at the front of `bytes` and takes it off; false if there is none.
bool take_varint(std::string_view& bytes, std::uint64_t& value) {
  value = 0;
  for (int shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

// The value of the first field with this tag, whose type is varint (0) or bytes (2).
bool find_field(std::string_view message, std::uint64_t wanted, std::uint64_t& number,
                std::string_view& bytes) {
  std::uint64_t tag = 0;
  while (take_varint(message, tag)) {
    if ((tag & 7) != 0 && (tag & 7) != 2) return false;
    if (!take_varint(message, number)) return false;
    if ((tag & 7) == 2) {
      if (number > message.size()) return false;
      bytes = message.substr(0, number);
      message.remove_prefix(number);
    }
    if (tag == wanted) return true;
  }
  return false;
}

}  // namespace

std::string encode_spans(const std::vector<SpanAttribute>& resource,
                         std::span<const std::unique_ptr<SpanData>> spans) {
  ProtoWriter scope;
  scope.add_bytes(1, "fairlead");
  scope.add_bytes(2, kVersion);
  ProtoWriter of_scope;
  of_scope.add_message(1, scope);
  for (const auto& span : spans) of_scope.add_message(2, span_message(*span));
  ProtoWriter described;
  add_attributes(described, 1, resource);
  ProtoWriter of_resource;
  of_resource.add_message(1, described);
  of_resource.add_message(2, of_scope);
  ProtoWriter request;
  request.add_message(1, of_resource);
  return request.bytes();
}

std::uint64_t rejected_spans(std::string_view response) {
  std::uint64_t number = 0;
  std::string_view partial;
  constexpr std::uint64_t kPartialSuccess = 1 << 3 | 2;
  constexpr std::uint64_t kRejected = 1 << 3 | 0;
  if (!find_field(response, kPartialSuccess, number, partial)) return 0;
  std::string_view unused;
  return find_field(partial, kRejected, number, unused) ? number : 0;
}

}  // namespace fairlead::telemetry
