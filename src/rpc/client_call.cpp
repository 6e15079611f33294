#include "rpc/client_call.hpp"

#include "core/strings.hpp"
#include "rpc/call_number.hpp"
#include "rpc/codec.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

absl::Status UnaryReply::read(std::string_view header, std::string_view payload) {
  if (absl::Status status = read_header(header); !status.ok()) return status;
  return result_of(decode(Encoding::kProtobuf, payload, response_));
}

absl::Status UnaryReply::read_message(std::string_view header,
                                      const google::protobuf::Message& message) {
  if (absl::Status status = read_header(header); !status.ok()) return status;
  return result_of(copy_message(message, response_));
}

absl::Status UnaryReply::read_header(std::string_view header) {
  if (metadata_) metadata_->clear();
  if (header.empty() || is_only_call_number(header)) return absl::OkStatus();
  if (metadata_) read_metadata(header, *metadata_);
  return read_status(header);
}

absl::Status UnaryReply::result_of(const absl::Status& decoded) {
  if (decoded.ok()) return absl::OkStatus();
  return absl::InternalError(concat("the reply cannot be read: ", message_of(decoded)));
}

}  // namespace fairlead::rpc
