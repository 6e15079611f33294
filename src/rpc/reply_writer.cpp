#include "rpc/reply_writer.hpp"

#include <cstring>

#include "core/strings.hpp"
#include "rpc/call_number.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

void ReplyWriter::start(const ServerCall& call) {
  headers_.clear();
  if (!call.number.empty()) headers_.add(CallNumber::kHeader, call.number);
}

absl::Status ReplyWriter::send_response(ServerCall& call) {
  start(call);
  write_metadata(call.context.reply_metadata(), headers_);
  const std::string_view header = headers_.finish();
  const bool json = call.encoding == Encoding::kJson;
  if (!json && call.sink->hand_over(call.context.peer(), header, *call.response)) {
    return absl::OkStatus();
  }
  std::size_t size = 0;
  if (json) {
    if (absl::Status encoded = encode_json(*call.response, json_); !encoded.ok()) return encoded;
    size = json_.size();
  } else {
    size = call.response->ByteSizeLong();
  }
  if (header.size() + size > call.sink->max_reply_size()) {
    return absl::ResourceExhaustedError(
        concat("the reply has ", header.size() + size, " bytes; the NATS server takes ",
               call.sink->max_reply_size(), " at most (max_payload)"));
  }
  return call.sink->send(call.context.peer(), header, size, [&](char* to) {
    if (json) {
      std::memcpy(to, json_.data(), size);
    } else {
      call.response->SerializeWithCachedSizesToArray(reinterpret_cast<std::uint8_t*>(to));
    }
  });
}

void ReplyWriter::send_status(ServerCall& call, absl::Status status) {
  start(call);
  write_status(status, headers_);
  // A handler that still runs may be writing its metadata on another thread.
  if (!call.running) write_metadata(call.context.reply_metadata(), headers_);
  if (headers_.finish().size() > call.sink->max_reply_size()) {
    start(call);
    write_status(absl::Status(status.code(), "the error is too long to be sent"), headers_);
  }
  const absl::Status sent =
      call.sink->send(call.context.peer(), headers_.finish(), 0, [](char*) {});
  if (!sent.ok()) {
    logger_.error("a reply could not be sent", {{"reason", std::string(message_of(sent))}});
  }
}

}  // namespace fairlead::rpc
