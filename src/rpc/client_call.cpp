#include "rpc/client_call.hpp"

#include "core/strings.hpp"
#include "rpc/codec.hpp"
#include "rpc/metadata_wire.hpp"
#include "rpc/status_wire.hpp"

namespace fairlead::rpc {

absl::Status UnaryReply::read(std::string_view header, std::string_view payload) {
  if (metadata_) metadata_->clear();
  if (!header.empty()) {
    if (metadata_) read_metadata(header, *metadata_);
    if (absl::Status status = read_status(header); !status.ok()) return status;
  }
  const absl::Status decoded = decode(Encoding::kProtobuf, payload, response_);
  if (decoded.ok()) return absl::OkStatus();
  return absl::InternalError(concat("the reply cannot be read: ", message_of(decoded)));
}

}  // namespace fairlead::rpc
