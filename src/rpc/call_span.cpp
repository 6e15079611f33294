#include "rpc/call_span.hpp"

#include "core/strings.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {
namespace {

void end_span(Span& span, const absl::Status& status, bool is_error) {
  if (!span.recording()) return;
  const std::string_view code = code_name(status.code());
  span.set_attribute("rpc.response.status_code", code);
  if (is_error) {
    span.set_attribute("error.type", code);
    span.set_error(message_of(status));
  }
  span.end();
}

bool is_fault_of_service(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

}  // namespace

CallSpans::CallSpans(const MethodDescription& method, std::string_view subject)
    : name_(method.full_name), address_(subject.substr(0, subject.rfind('.'))) {
  if (const std::size_t dot = name_.rfind('.'); dot != std::string::npos) name_[dot] = '/';
}

Span CallSpans::start_client(Tracer& tracer, const TraceContext& parent,
                             std::string_view trace_state) const {
  Span span = tracer.start_span(name_, SpanKind::kClient, parent, trace_state);
  describe(span);
  return span;
}

Span CallSpans::start_server(Tracer& tracer, const TraceContext& parent,
                             std::string_view trace_state, bool one_way) const {
  Span span = one_way && parent.valid()
                  ? tracer.start_linked_span(name_, SpanKind::kServer, parent)
                  : tracer.start_span(name_, SpanKind::kServer, parent, trace_state);
  describe(span);
  return span;
}

void CallSpans::describe(Span& span) const {
  if (!span.recording()) return;
  span.set_attribute("rpc.system.name", "fairlead");
  span.set_attribute("rpc.method", name_);
  span.set_attribute("server.address", address_);
}

void count_messages(Span& span, std::uint64_t sent, std::uint64_t received) {
  span.set_attribute("fairlead.sent_messages", sent);
  span.set_attribute("fairlead.received_messages", received);
}

void end_client_span(Span& span, const absl::Status& status) {
  end_span(span, status, !status.ok());
}

void end_server_span(Span& span, const absl::Status& status) {
  end_span(span, status, is_fault_of_service(status.code()));
}

}  // namespace fairlead::rpc
