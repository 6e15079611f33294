#include "rpc/status_wire.hpp"

#include <charconv>
#include <optional>
#include <string>

#include <absl/strings/escaping.h>

#include "fairlead/status.pb.h"

#include "core/strings.hpp"
#include "rpc/percent.hpp"
#include "wire/header_reader.hpp"

namespace fairlead {
namespace {

// By way of a string_view: the constructor from std::string is a template whose name clang 19
// mangles otherwise than the g++ that built Debian's Abseil.
absl::Cord to_cord(std::string_view text) {
  return absl::Cord(to_absl(text));
}

}  // namespace
}  // namespace fairlead

namespace fairlead::rpc {
namespace {

// Payloads under this prefix are Fairlead's own notes on a status; they do not travel as details.
constexpr std::string_view kOwnPayloads = "fairlead/";
constexpr absl::string_view kOriginPayload = "fairlead/origin";
constexpr absl::string_view kPushbackPayload = "fairlead/retry-pushback-ms";
constexpr absl::string_view kNeverRanPayload = "fairlead/never-ran";

struct CodeRow {
  absl::StatusCode code;
  int http;
  std::string_view name;
};
// The HTTP side follows google.rpc.Code.
constexpr CodeRow kCodes[] = {
    {absl::StatusCode::kOk, 200, "OK"},
    {absl::StatusCode::kCancelled, 499, "CANCELLED"},
    {absl::StatusCode::kUnknown, 500, "UNKNOWN"},
    {absl::StatusCode::kInvalidArgument, 400, "INVALID_ARGUMENT"},
    {absl::StatusCode::kDeadlineExceeded, 504, "DEADLINE_EXCEEDED"},
    {absl::StatusCode::kNotFound, 404, "NOT_FOUND"},
    {absl::StatusCode::kAlreadyExists, 409, "ALREADY_EXISTS"},
    {absl::StatusCode::kPermissionDenied, 403, "PERMISSION_DENIED"},
    {absl::StatusCode::kResourceExhausted, 429, "RESOURCE_EXHAUSTED"},
    {absl::StatusCode::kFailedPrecondition, 400, "FAILED_PRECONDITION"},
    {absl::StatusCode::kAborted, 409, "ABORTED"},
    {absl::StatusCode::kOutOfRange, 400, "OUT_OF_RANGE"},
    {absl::StatusCode::kUnimplemented, 501, "UNIMPLEMENTED"},
    {absl::StatusCode::kInternal, 500, "INTERNAL"},
    {absl::StatusCode::kUnavailable, 503, "UNAVAILABLE"},
    {absl::StatusCode::kDataLoss, 500, "DATA_LOSS"},
    {absl::StatusCode::kUnauthenticated, 401, "UNAUTHENTICATED"},
};

const CodeRow& row_of(absl::StatusCode code) {
  for (const CodeRow& row : kCodes) {
    if (row.code == code) return row;
  }
  return kCodes[static_cast<int>(absl::StatusCode::kUnknown)];
}

std::optional<int> parse_int(std::string_view text) {
  int number = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return number;
}

std::string encode_details(const absl::Status& status) {
  fairlead::wire::Status details;
  details.set_code(static_cast<int>(status.raw_code()));
  details.set_message(std::string(message_of(status)));
  status.ForEachPayload([&](absl::string_view type_url, const absl::Cord& value) {
    if (to_std(type_url).starts_with(kOwnPayloads)) return;
    auto* const detail = details.add_details();
    detail->set_type_url(std::string(type_url));
    detail->set_value(std::string(value));
  });
  if (details.details_size() == 0) return "";
  return absl::Base64Escape(details.SerializeAsString());
}

void decode_details(std::string_view text, absl::Status& status) {
  std::string bytes;
  fairlead::wire::Status details;
  // gRPC sends base64 with or without padding; a detail that cannot be read does not hide the
  // error.
  if (!absl::Base64Unescape(to_absl(text), &bytes) || !details.ParseFromString(bytes)) return;
  for (const auto& detail : details.details()) {
    status.SetPayload(detail.type_url(), to_cord(detail.value()));
  }
}

// What the headers of a failed reply say.
struct FailureHeaders {
  std::optional<std::string_view> grpc_status;
  std::string_view grpc_message;
  std::string_view grpc_details;
  std::optional<std::string_view> service_code;
  std::string_view service_error;
  bool has_service_error = false;
  std::string_view pushback;
};

FailureHeaders collect(wire::HeaderReader& reader) {
  FailureHeaders found;
  while (reader.next()) {
    const std::string_view key = reader.key();
    if (equals_ignore_case(key, "grpc-status")) {
      found.grpc_status = reader.value();
    } else if (equals_ignore_case(key, "grpc-message")) {
      found.grpc_message = reader.value();
    } else if (equals_ignore_case(key, "grpc-status-details-bin")) {
      found.grpc_details = reader.value();
    } else if (equals_ignore_case(key, "grpc-retry-pushback-ms")) {
      found.pushback = reader.value();
    } else if (equals_ignore_case(key, "Nats-Service-Error-Code")) {
      found.service_code = reader.value();
    } else if (equals_ignore_case(key, "Nats-Service-Error")) {
      found.service_error = reader.value();
      found.has_service_error = true;
    }
  }
  return found;
}

absl::Status remote_internal(std::string message) {
  absl::Status status = absl::InternalError(message);
  mark_remote(status);
  return status;
}

}  // namespace

std::string_view code_name(absl::StatusCode code) {
  return row_of(code).name;
}

int http_of_code(absl::StatusCode code) {
  return row_of(code).http;
}

absl::StatusCode code_of_http(int http) {
  switch (http) {
    case 400:
      return absl::StatusCode::kInvalidArgument;
    case 401:
      return absl::StatusCode::kUnauthenticated;
    case 403:
      return absl::StatusCode::kPermissionDenied;
    case 404:
      return absl::StatusCode::kNotFound;
    case 408:
      return absl::StatusCode::kDeadlineExceeded;
    case 409:
      return absl::StatusCode::kAborted;
    case 429:
      return absl::StatusCode::kResourceExhausted;
    case 499:
      return absl::StatusCode::kCancelled;
    case 501:
      return absl::StatusCode::kUnimplemented;
    case 503:
      return absl::StatusCode::kUnavailable;
    default:
      return absl::StatusCode::kUnknown;
  }
}

void mark_remote(absl::Status& status) {
  status.SetPayload(kOriginPayload, to_cord("remote"));
}

void mark_never_ran(absl::Status& status) {
  status.SetPayload(kNeverRanPayload, absl::Cord());
}

void mark_may_have_run(absl::Status& status) {
  status.ErasePayload(kNeverRanPayload);
}

void clear_notes(absl::Status& status) {
  if (status.ok()) return;
  const auto pushback = retry_pushback(status);
  if (pushback && pushback->count() >= 0) status.ErasePayload(kPushbackPayload);
  status.ErasePayload(kOriginPayload);
  status.ErasePayload(kNeverRanPayload);
}

void set_retry_pushback(absl::Status& status, std::chrono::milliseconds pushback) {
  status.SetPayload(kPushbackPayload, to_cord(std::to_string(pushback.count())));
}

void write_status(const absl::Status& status, wire::HeaderWriter& headers) {
  const CodeRow& row = row_of(status.code());
  const std::string_view message = message_of(status);
  // ADR-32 wants both of its headers non-empty.
  const std::string_view line = message.empty() ? row.name : message;
  headers.add("Nats-Service-Error", trim(encode_controls(line)));
  headers.add("Nats-Service-Error-Code", std::to_string(row.http));
  headers.add("grpc-status", std::to_string(static_cast<int>(row.code)));
  headers.add("grpc-message", percent_encode(message));
  if (const std::string details = encode_details(status); !details.empty()) {
    headers.add("grpc-status-details-bin", details);
  }
  if (const auto pushback = retry_pushback(status)) {
    headers.add("grpc-retry-pushback-ms", std::to_string(pushback->count()));
  }
}

absl::Status read_status(std::string_view header_block) {
  wire::HeaderReader reader(header_block);
  const FailureHeaders found = collect(reader);
  if (!reader.valid()) return remote_internal("the reply has a malformed header block");
  if (!found.grpc_status && !found.service_code && !found.has_service_error) {
    return absl::OkStatus();
  }
  absl::Status status;
  if (found.grpc_status) {
    const auto code = parse_int(*found.grpc_status);
    if (!code || *code < 0 || *code > 16) {
      return remote_internal(
          concat("the reply's grpc-status is \"", escape(*found.grpc_status), "\""));
    }
    if (*code == 0) return absl::OkStatus();
    status = absl::Status(static_cast<absl::StatusCode>(*code), percent_decode(found.grpc_message));
  } else {
    const auto http = parse_int(found.service_code.value_or(""));
    status = absl::Status(code_of_http(http.value_or(0)), to_absl(found.service_error));
  }
  if (!found.grpc_details.empty()) decode_details(found.grpc_details, status);
  if (const auto pushback = parse_int(found.pushback)) {
    set_retry_pushback(status, std::chrono::milliseconds(*pushback));
    // It stands where a call was refused before its handler (docs/wire.md).
    const bool refused = status.code() == absl::StatusCode::kResourceExhausted ||
                         status.code() == absl::StatusCode::kUnavailable;
    if (refused && *pushback >= 0) mark_never_ran(status);
  }
  mark_remote(status);
  return status;
}

}  // namespace fairlead::rpc

namespace fairlead {
namespace {

constexpr absl::string_view kTypeUrlPrefix = "type.googleapis.com/";

std::string type_url(const google::protobuf::Message& detail) {
  return concat(kTypeUrlPrefix, detail.GetDescriptor()->full_name());
}

}  // namespace

Origin status_origin(const absl::Status& status) {
  return status.GetPayload("fairlead/origin").has_value() ? Origin::kRemote : Origin::kLocal;
}

bool may_have_executed(const absl::Status& status) {
  return !status.GetPayload("fairlead/never-ran").has_value();
}

std::optional<std::chrono::milliseconds> retry_pushback(const absl::Status& status) {
  const auto payload = status.GetPayload("fairlead/retry-pushback-ms");
  if (!payload) return std::nullopt;
  return std::chrono::milliseconds(std::stoll(std::string(*payload)));
}

void add_status_detail(absl::Status& status, const google::protobuf::Message& detail) {
  status.SetPayload(type_url(detail), to_cord(detail.SerializeAsString()));
}

bool get_status_detail(const absl::Status& status, google::protobuf::Message& detail) {
  const auto payload = status.GetPayload(type_url(detail));
  return payload && detail.ParseFromString(std::string(*payload));
}

}  // namespace fairlead
